"""Who is connected and what they are doing: one reading of pg_stat_activity.

Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Unit

CLIENT_BACKEND = "client backend"


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One server process (a row of pg_stat_activity). Texts are as the server gave them: sanitise to show.

    Where `visible` is false the role may see no more than pid, names and locks: state, times, waits and
    query are None there, which says nothing about what the session does.
    """

    pid: int
    user: str | None = None
    database: str | None = None
    application_name: str = ""
    backend_type: str | None = CLIENT_BACKEND
    """None where it is hidden."""
    client: str | None = None
    """The client's address; None for a Unix socket and for server processes."""
    backend_start: datetime | None = None
    state: str | None = None
    """active, idle, idle in transaction, idle in transaction (aborted), fastpath function call, disabled."""
    wait_event_type: str | None = None
    wait_event: str | None = None
    xact_start: datetime | None = None
    query_start: datetime | None = None
    state_change: datetime | None = None
    backend_xmin_age: int | None = None
    """Transactions since the oldest row version that it holds back."""
    leader: int | None = None
    """The process that this parallel worker works for."""
    query_id: int | None = None
    """14 and later, with compute_query_id."""
    query: str | None = None
    """The running statement, or the last one; cut at track_activity_query_size."""
    blocked_by: tuple[int, ...] = ()
    """Sessions that it waits for (pg_blocking_pids); 0 stands for a prepared transaction."""
    visible: bool = True

    @property
    def is_client(self) -> bool:
        """Whether it takes one of the `max_connections` slots. Hidden rows are judged by their names."""
        if self.backend_type is None:
            return self.user is not None and self.database is not None
        return self.backend_type == CLIENT_BACKEND

    @property
    def idle_in_transaction(self) -> bool:
        """Whether a transaction is open and its client says nothing."""
        return self.state is not None and self.state.startswith("idle in transaction")


@dataclass(frozen=True, slots=True)
class Activity:
    """One reading of every other session of the server, all databases."""

    read_at: datetime
    """clock_timestamp() of the server: subtract times of sessions from this, never from the local clock."""
    sessions: tuple[SessionInfo, ...]
    """By pid, without our own connections."""
    max_connections: int
    reserved: int
    """superuser_reserved_connections and, from 16 on, reserved_connections together."""
    visible: bool
    """Whether the details of every client session could be seen; false needs pg_read_all_stats."""
    own: int = 0
    """How many of the server's slots are our own connections."""
    hidden: int = 0
    """How many client sessions hide their details."""
    superuser_reserved: int = 0

    @property
    def clients(self) -> tuple[SessionInfo, ...]:
        """Client sessions, other server processes left out."""
        return tuple(s for s in self.sessions if s.is_client)

    @property
    def used(self) -> int:
        """Connection slots in use, our own included."""
        return len(self.clients) + self.own

    @property
    def usable(self) -> int:
        """Slots that an ordinary role can have: max_connections without the reserved ones."""
        return self.max_connections - self.reserved

    def seconds(self, since: datetime | None) -> float | None:
        """Return how long ago something was by the server's clock; None where it is not known."""
        return None if since is None else max((self.read_at - since).total_seconds(), 0.0)


def read_activity(unit: Unit, own: Collection[int] = ()) -> Activity:
    """Read pg_stat_activity without our own sessions (`own` names further pids of ours).

    Never waits for a lock. pg_blocking_pids is asked for waiters alone, at most 200 of them.
    """
    limits, found = unit.results(
        [query_file(__package__, "connection_limits"), query_file(__package__, "activity")]
    )
    read_at, pid, maximum, superuser_reserved, reserved, sees_all = limits[0]
    ours = {pid, *own}
    rows = found.all()
    sessions = tuple(_session(row) for row in rows if row[0] not in ours)
    hidden = sum(s.is_client and not s.visible for s in sessions)
    return Activity(
        read_at=read_at,
        sessions=sessions,
        max_connections=maximum,
        reserved=superuser_reserved + reserved,
        visible=sees_all or not hidden,
        own=len(rows) - len(sessions),
        hidden=hidden,
        superuser_reserved=superuser_reserved,
    )


def _session(row: Row) -> SessionInfo:
    """Make a session of a row of `activity.sql`."""
    visible = row[4] is not None
    return SessionInfo(
        pid=row[0],
        user=row[1],
        database=row[2],
        application_name=row[3] or "",
        backend_type=row[4],
        client=row[5],
        backend_start=row[6],
        state=row[7],
        wait_event_type=row[8],
        wait_event=row[9],
        xact_start=row[10],
        query_start=row[11],
        state_change=row[12],
        backend_xmin_age=row[13],
        leader=row[14],
        query_id=row[15],
        query=row[16] if visible else None,
        # Parallel workers repeat a pid.
        blocked_by=tuple(sorted(set(row[17]))) if row[17] else (),
        visible=visible,
    )
