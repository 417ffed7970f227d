"""The history of applied plans, in the schema `pgplumb` of the database that they change.

Rows are only ever added: two for each piece of a step, `began` with the server process that will run it, and how it
ended. What runs in a transaction writes its end in that transaction, so that neither is ever there without the other.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pgplumb import __version__
from pgplumb.migrate.apply.checksum import checksum, outline
from pgplumb.migrate.apply.events import Blocker, Direction
from pgplumb.migrate.apply.pieces import recorded
from pgplumb.server.writing import Order, Writer
from pgplumb.sql.query_files import query_file
from pgplumb.sql.split import split

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan
    from pgplumb.server.session import Session

State = Literal["planned", "began", "done", "failed", "stopped", "waived"]

_EXISTS = "SELECT to_regclass('pgplumb.schema_change') IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, as it is read back."""

    id: int
    step: int
    """0 for the plan itself."""
    piece: int | None
    """Which piece of a step; None where the row speaks of the whole step."""
    direction: Direction
    state: State
    sql: str
    digest: str
    facts: str | None
    """What the catalog held before: see `outcome`."""
    pid: int | None
    started: datetime | None
    attempts: int | None
    who: str
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of how a piece went."""

    attempts: int | None = None
    waited: float = 0.0
    ran: float | None = None
    wal: int | None = None
    blockers: Sequence[Blocker] = ()
    facts_before: str | None = None
    facts_after: str | None = None
    note: str | None = None


def exists(session: Session) -> bool:
    """Whether there is a history in this database."""
    return bool(session.once(_EXISTS)[0][0])


def read(session: Session, plan_id: str) -> tuple[Entry, ...]:
    """Return what the history knows of a plan, oldest first. Raises QueryError where the role may not read it."""
    if not exists(session):
        return ()
    return tuple(Entry(*row) for row in session.once(query_file(__package__, "history_read"), (plan_id,)))


def make(writer: Writer) -> None:
    """Create schema and tables. Raises QueryError where the role may not."""
    statements = split(query_file(__package__, "history_make"))
    writer.together([Order(statement.text) for statement in statements], {"lock_timeout": "2s"})


def plan_row(plan: Plan, direction: Direction, note: str | None) -> Order:
    """Return the row that keeps what a plan is, written before its first step."""
    return _row(
        plan.id, 0, None, "plan", direction, outline(plan), checksum(plan), "planned", Report(note=note)
    )


def row(
    plan: Plan,
    step: int,
    piece: int | None,
    direction: Direction,
    sql: str,
    state: State,
    report: Report,
    *,
    inside: bool = False,
    writer: Writer | None = None,
) -> Order:
    """Return a row about a piece of a step; `inside` where the transaction that it tells of writes it."""
    shown = recorded(sql)
    digest = hashlib.sha256(shown.encode()).hexdigest()
    kind = plan.steps[step - 1].phase
    return _row(plan.id, step, piece, kind, direction, shown, digest, state, report, inside, writer)


def _row(
    plan_id: str,
    step: int,
    piece: int | None,
    kind: str,
    direction: Direction,
    sql: str,
    digest: str,
    state: State,
    report: Report,
    inside: bool = False,
    writer: Writer | None = None,
) -> Order:
    return Order(
        query_file(__package__, "history_write"),
        {
            "plan_id": plan_id,
            "step": step,
            "piece": piece,
            "step_kind": kind,
            "direction": direction,
            "sql_text": sql,
            "digest": digest,
            "state": state,
            "attempts": report.attempts,
            "waited_ms": round(report.waited * 1000),
            "ran_ms": None if report.ran is None else round(report.ran * 1000),
            "inside": inside,
            "wal_bytes": report.wal,
            "blockers": json.dumps([_blocker(b) for b in report.blockers]) if report.blockers else None,
            "catalog_before": report.facts_before,
            "catalog_after": report.facts_after,
            "backend_pid": writer.pid if writer else None,
            "backend_start": writer.started if writer else None,
            "note": report.note,
            "client": f"{_user()}@{socket.gethostname()}",
            "app_version": __version__,
        },
    )


def _blocker(blocker: Blocker) -> dict[str, object]:
    """Return what may be kept of a session: no query text, which may hold data."""
    return {
        "pid": blocker.pid,
        "seconds": blocker.seconds,
        "state": blocker.state,
        "verb": blocker.verb,
        "holds": blocker.holds,
        "user": blocker.user,
        "application": blocker.application,
        "gid": blocker.gid,
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())
