"""Reads `Statistics`: counters by function, the state of replication, what ANALYZE found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pgplumb.catalog.statement import statement
from pgplumb.catalog.statistics import (
    Archiver,
    Checkpoints,
    ColumnStatistics,
    DatabaseCounters,
    Dependency,
    HostRule,
    IndexCounters,
    PreparedTransaction,
    Replica,
    ReplicationSlot,
    Statistics,
    SubscriptionState,
    TableCounters,
    ToastCounters,
)
from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import QueryError
from pgplumb.server.rows import Rows
from pgplumb.server.session import Session

T = TypeVar("T")

TIMEOUT_MS = 30_000
"""For one group of counters: a hundred times what 10,000 tables take."""


def read_counters(session: Session, *, columns: bool = True) -> Statistics:
    """Return one reading of everything that ages.

    `columns` adds pg_stats of the larger tables. Parts that the role may not read, or that cannot be read now,
    are `Unread` with the reason; the rest is there all the same.
    """
    version = session.server_version
    names = (
        "statistics_server",
        "statistics_table",
        "statistics_index",
        "statistics_prepared",
        "statistics_unreadable",
    )
    with session.unit(TIMEOUT_MS) as unit:
        server, tables, indexes, prepared, unreadable = unit.results(
            [statement(name, version) for name in names]
        )
    clock, started, *rest = server[0]
    sequences = _apart(session, "statistics_sequence", lambda rows: {row[0]: row[1] for row in rows})
    replicas = _apart(session, "statistics_replica", lambda rows: tuple(Replica(*row) for row in rows))
    slots = _apart(session, "statistics_slot", lambda rows: tuple(ReplicationSlot(*row) for row in rows))
    subscribed = _apart(
        session, "statistics_subscription", lambda rows: tuple(SubscriptionState(*row) for row in rows)
    )
    toast = _apart(
        session, "statistics_toast", lambda rows: {row[0]: ToastCounters(*row[1:]) for row in rows}
    )
    not_asked = Unread("not asked for")
    found = _apart(session, "statistics_column", _columns) if columns else not_asked
    reached = _apart(session, "statistics_reached", _reached) if columns else not_asked
    following = _apart(session, "statistics_dependency", _dependencies) if columns else not_asked
    rules = _apart(session, "statistics_hba", _host_rules) if columns else not_asked
    return Statistics(
        read_at=clock,
        started_at=started,
        tables={row[0]: TableCounters(*row[1:]) for row in tables},
        indexes={row[0]: IndexCounters(*row[1:]) for row in indexes},
        sequences={} if isinstance(sequences, Unread) else sequences,
        database=DatabaseCounters(*rest[:10]),
        replicas=replicas,
        slots=slots,
        subscriptions=subscribed,
        archiver=Archiver(*rest[10:14]),
        checkpoints=Checkpoints(*rest[14:16]),
        replay_paused=rest[16],
        prepared=tuple(PreparedTransaction(*row) for row in prepared),
        columns=found,
        unreadable=frozenset(unreadable.column(0)),
        reached=reached,
        host_rules=rules,
        dependencies=following,
        toast=toast,
    )


def _columns(rows: Rows) -> dict[tuple[int, int], ColumnStatistics]:
    return {(row[0], row[1]): ColumnStatistics(*row[2:]) for row in rows}


def _reached(rows: Rows) -> dict[int, int]:
    return {row[0]: row[1] for row in rows}


def _dependencies(rows: Rows) -> dict[int, tuple[Dependency, ...]]:
    found: dict[int, list[Dependency]] = {}
    for relation, degrees in rows:
        for key, degree in degrees.items():
            left, _, right = key.partition(" => ")
            numbers = tuple(int(number) for number in left.split(","))
            found.setdefault(relation, []).append(Dependency(numbers, int(right), float(degree)))
    return {relation: tuple(each) for relation, each in found.items()}


def _host_rules(rows: Rows) -> tuple[HostRule, ...]:
    return tuple(HostRule(row[0], row[1], tuple(row[2] or ()), tuple(row[3] or ()), *row[4:]) for row in rows)


def _apart(session: Session, name: str, build: Callable[[Rows], T]) -> T | Unread:
    """Read one group in a unit of its own, so that what fails there takes nothing else with it."""
    try:
        return build(session.once(statement(name, session.server_version), statement_timeout_ms=TIMEOUT_MS))
    except QueryError as error:
        return Unread(error.what)
