"""Everything that is looked at before a plan runs, each with what was seen. Read only, a few round trips.

Sources: https://www.postgresql.org/docs/current/explicit-locking.html, view-pg-prepared-xacts.html and
routine-vacuuming.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.migrate.apply import guard
from pgplumb.migrate.apply.events import Direction
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.pieces import controls_transactions
from pgplumb.migrate.apply.preflight.item import Item, passed, unknown
from pgplumb.migrate.apply.preflight.lock_room import lock_room_item
from pgplumb.migrate.apply.preflight.locks import lock_items
from pgplumb.migrate.apply.preflight.room import room_item
from pgplumb.migrate.apply.preflight.touched import Scope, scope
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan, Step
    from pgplumb.server.session import Session


@dataclass(frozen=True, slots=True)
class Server:
    """What one row of `server.sql` says."""

    database: str
    recovering: bool
    read_only: bool
    time_zone: str
    may_create: bool
    history: bool
    may_record: bool
    role: str
    block_size: int
    data_directory: str | None
    sees_all: bool
    autovacuum: bool


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found."""

    database: str
    items: tuple[Item, ...]

    def failing(self, waived: frozenset[str] = frozenset()) -> tuple[Item, ...]:
        """Return what keeps the plan from running."""
        return tuple(i for i in self.items if i.status == "fail" and not (i.waivable and i.id in waived))


def look(
    session: Session,
    plan: Plan,
    steps: tuple[Step, ...],
    direction: Direction,
    limits: Limits,
    *,
    other: Session | None = None,
) -> Preflight:
    """Look at everything for the steps that are left. `other`, a second session, tells a pooler apart."""
    with session.unit(as_user=True) as unit:
        server = Server(*unit.query(query_file(__package__, "server"))[0])
        touched = scope(unit, steps, direction)
    items = [*_plan_items(steps, direction), *_server_items(server), _holder_item(session, server)]
    items.append(_pooler_item(session, other))
    items += _table_items(touched, steps, direction)
    items += lock_items(session, touched, limits, sees_all=server.sees_all)
    items.append(lock_room_item(session, touched))
    items += _around_items(session, touched, limits, server)
    items.append(room_item(server.data_directory, server.block_size, touched, steps, direction, limits))
    return Preflight(server.database, tuple(items))


def _plan_items(steps: tuple[Step, ...], direction: Direction) -> Iterator[Item]:
    texts = [(step.up if direction == "up" else step.down) or "" for step in steps]
    found = [text for text in map(controls_transactions, texts) if text]
    title = "The steps leave transactions to pgplumb"
    if found:
        yield Item(
            "transaction-control",
            title,
            "fail",
            f"a step holds {found[0]}",
            "Take it out: each step is a transaction of its own, or runs outside of any.",
            waivable=False,
        )
    else:
        yield passed("transaction-control", title, f"{len(steps)} steps")


def _server_items(server: Server) -> Iterator[Item]:
    title = "The server takes writes"
    if server.recovering:
        yield Item(
            "writable", title, "fail", "it is a standby", "Connect to the primary server.", waivable=False
        )
    elif server.read_only:
        evidence = "default_transaction_read_only is on for this role or database"
        yield Item("writable", title, "fail", evidence, "Connect as a role that may write.", waivable=False)
    else:
        yield passed("writable", title, "it is a primary, and transactions may write")
    title = "The history can be written"
    if server.history and server.may_record:
        yield passed("may-record", title, "schema pgplumb is there, and ours to add to")
    elif server.history:
        yield Item(
            "may-record",
            title,
            "fail",
            f"the role {server.role} may not add to pgplumb.schema_change and pgplumb.backfill",
            "Grant it SELECT and INSERT on both, and UPDATE on pgplumb.backfill.",
            waivable=False,
            privilege=True,
        )
    elif server.may_create:
        yield passed("may-record", title, "schema pgplumb will be created, with two tables")
    else:
        yield Item(
            "may-record",
            title,
            "fail",
            f"the role {server.role} may not create the schema pgplumb",
            f"Have an owner of the database run: GRANT CREATE ON DATABASE {server.database} TO {server.role};",
            waivable=False,
            privilege=True,
        )


def _holder_item(session: Session, server: Server) -> Item:
    found = guard.holder(session)
    title = "No other apply works on this database"
    if found is None or found.pid == session.backend_pid:
        return passed("advisory-lock-free", title, f"the guard of {server.database} is free")
    who = " ".join(part for part in (found.user, found.application, found.client) if part)
    evidence = f"server process {found.pid} ({who}) holds the guard"
    return Item("advisory-lock-free", title, "fail", evidence, "Wait for it to end.", waivable=False)


def _pooler_item(session: Session, other: Session | None) -> Item:
    title = "No pooler shares server connections"
    if other is None:
        return unknown("pooler-is-session", title, "there was no second connection to compare with")
    how = guard.pooled(session, other)
    if how is None:
        return passed("pooler-is-session", title, "two connections keep their own processes and settings")
    next_step = "Connect to the server itself, or to a pool in session mode."
    return Item("pooler-is-session", title, "fail", how, next_step, waivable=False)


def _table_items(touched: Scope, steps: tuple[Step, ...], direction: Direction) -> Iterator[Item]:
    title = "The role owns the tables"
    foreign = [t for t in touched.tables if not t.owned]
    if foreign:
        evidence = ", ".join(f"{t.name} belongs to {t.owner}" for t in foreign)
        next_step = f"Connect as a member of {foreign[0].owner}."
        only_rows = all(step.batches is not None for step in steps) and direction == "up"
        yield Item(
            "role-owns-object", title, "warn" if only_rows else "fail", evidence, next_step, privilege=True
        )
    elif touched.tables:
        yield passed("role-owns-object", title, ", ".join(t.name for t in touched.tables))
    else:
        yield unknown("role-owns-object", title, "no table of the plan is there yet")
    title = "Every table of the plan is there"
    if touched.unread:
        yield unknown("tables-known", title, f"{touched.unread} statements cannot be parsed here")
    elif touched.missing:
        yield unknown("tables-known", title, f"not there yet: {', '.join(touched.missing)}")
    else:
        yield passed(
            "tables-known", title, f"{len(touched.tables)} table{'' if len(touched.tables) == 1 else 's'}"
        )
    if any(step.batches for step in steps) and direction == "up":
        idle = [t.name for t in touched.tables if not t.vacuumed]
        title = "Autovacuum follows a backfill"
        if idle:
            evidence = f"it is off for {', '.join(idle)}"
            yield Item("autovacuum-on", title, "warn", evidence, "Turn it on, or VACUUM afterwards.")
        else:
            yield passed("autovacuum-on", title, "it is on")


def _around_items(session: Session, touched: Scope, limits: Limits, server: Server) -> Iterator[Item]:
    oids = {"oids": [t.oid for t in touched.tables]}
    standbys, lag, slots, publications, builds, invalid = session.once(
        query_file(__package__, "around"), oids
    )[0]
    title = "Replicas keep up"
    if standbys and not server.sees_all:
        yield unknown(
            "replication-lag",
            title,
            f"{standbys} replicas, whose lag this role may not see",
            "GRANT pg_monitor.",
        )
    elif lag is not None and lag > limits.replica_lag:
        yield Item(
            "replication-lag", title, "warn", f"one is {lag:.0f} s behind", "Wait until it has caught up."
        )
    else:
        yield passed("replication-lag", title, f"{standbys} replicas, at most {lag or 0:.1f} s behind")
    yield _none_of(
        "slots",
        "No slot holds back the log",
        f"nobody reads {', '.join(slots)}" if slots else "",
        "A backfill fills the disk of the log: drop what nobody uses.",
        "no inactive slot",
    )
    yield _none_of(
        "publications",
        "No publication has the tables",
        ", ".join(publications or ()),
        "Change subscribers first: they do not get DDL.",
    )
    yield _none_of(
        "running-builds",
        "Nothing is being built on the tables",
        "; ".join(builds or ()),
        "Wait for it: steps that need the same lock will retry.",
    )
    first = invalid[0] if invalid else ""
    yield _none_of(
        "invalid-index-absent",
        "No INVALID index is left over",
        ", ".join(invalid or ()),
        f"DROP INDEX CONCURRENTLY {first}; unless it is being built, or is this plan's own.",
    )
    yield _zone_item(server)


def _none_of(name: str, title: str, found: str, next_step: str, absent: str = "none") -> Item:
    return Item(name, title, "warn", found, next_step) if found else passed(name, title, absent)


def _zone_item(server: Server) -> Item:
    title = "The time zone is UTC"
    if server.time_zone.upper() in ("UTC", "ETC/UTC", "GMT"):
        return passed("time-zone", title, server.time_zone)
    evidence = f"it is {server.time_zone}: timestamps turn into timestamptz as of that zone, with the table rewritten"
    return Item(
        "time-zone",
        title,
        "warn",
        evidence,
        "Put SET LOCAL TimeZone = 'UTC' into a step that changes such a type.",
    )
