"""What another session is doing or waiting for, read from beside while its statement runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pgplumb.catalog.locked import verb
from pgplumb.migrate.apply.events import Blocker
from pgplumb.server.errors import QueryError
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.session import Session


@dataclass(frozen=True, slots=True)
class Building:
    """How far an index build is: units of its phase."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Backend:
    """A server process that was ours."""

    state: str | None
    running: float
    """Seconds since its statement began."""

    @property
    def at_work(self) -> bool:
        """Whether it runs a statement or holds a transaction open. A hidden state counts as such."""
        return self.state != "idle"


@dataclass(frozen=True, slots=True)
class Strain:
    """What a backfill does to the server, at one moment."""

    standbys: int
    lag: float | None
    """Seconds; None where no standby says, or the role may not see it."""
    wal: int
    """Bytes of log written so far."""
    dead: int
    vacuum_at: float
    """Dead rows from which on autovacuum begins."""
    vacuumed: bool
    """Whether autovacuum works on the table."""


def blockers(session: Session, pid: int) -> tuple[Blocker, ...]:
    """Return whom a session waits for; empty where it does not wait for a lock."""
    rows = session.once(query_file(__package__, "blockers"), {"pid": pid})
    return tuple(
        Blocker(blocker, seconds, state, verb(query), holds, user, application or "", gid)
        for blocker, seconds, state, query, user, application, holds, gid in rows
    )


def building(session: Session, pid: int) -> Building | None:
    """Return how far the index build of a session is, or None where it builds none."""
    rows = session.once(query_file(__package__, "building"), {"pid": pid})
    return Building(*rows[0]) if rows else None


def waiting(session: Session, pid: int) -> int:
    """Return how many sessions wait for one."""
    return int(session.once(query_file(__package__, "waiting"), {"pid": pid})[0][0])


def backend(session: Session, pid: int, started: datetime) -> Backend | None:
    """Return what a process of an earlier connection does, or None where it is gone."""
    rows = session.once(query_file(__package__, "backend"), {"pid": pid, "started": started})
    return Backend(rows[0][0], rows[0][1] or 0.0) if rows else None


def strain(session: Session, table: str) -> Strain | None:
    """Return what a backfill of a table does to the server; None where the server does not tell."""
    try:
        with session.unit() as unit:
            rows = unit.query(query_file(__package__, "strain"), {"table": table})
    except QueryError:
        # Some hosted servers have no position of the log to show.
        return None
    return Strain(*rows[0]) if rows and rows[0][3] is not None else None
