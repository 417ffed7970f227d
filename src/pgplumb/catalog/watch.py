"""Notices DDL of other sessions: a cheap tick twice a second, a look at the catalogs when it stirs, and a safety net.

No signal says what changed and some say nothing did; each only starts `Rereader.update`, which looks for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pgplumb.catalog.statement import statement
from pgplumb.server.session import Session


@dataclass(frozen=True, slots=True)
class Tick:
    """One reading of the signals."""

    counters: tuple[int, ...]
    highest: tuple[int | None, ...]
    latest_ddl: datetime | None
    """None also where the role may not see other sessions' statements."""
    locked: frozenset[int]
    """Relations that others hold or await in ACCESS EXCLUSIVE mode."""

    def stirred(self, before: Tick | None) -> bool:
        """Whether something may have changed since."""
        if before is None:
            return True
        return (self.counters, self.highest, self.latest_ddl) != (
            before.counters,
            before.highest,
            before.latest_ddl,
        )


def read_tick(session: Session) -> Tick:
    """Read the signals in one round trip."""
    counters, highest, latest, locked = session.once(statement("tick", session.server_version))[0]
    return Tick(tuple(counters), tuple(highest), latest, frozenset(locked))


@dataclass(slots=True)
class Pace:
    """When to look without being told: at most a two-hundredth of the time is spent looking.

    Counters lag and statements may be hidden; where neither can be trusted (a standby, track_counts off, a role
    without pg_read_all_stats) the net is drawn tighter.
    """

    trusted: bool
    cost: float = 0.05
    """Seconds that the last look took."""
    last: float = 0.0
    """When it was, on a monotonic clock."""

    @property
    def interval(self) -> float:
        """Seconds between looks."""
        return max(5.0, 200 * self.cost) if self.trusted else max(1.0, 100 * self.cost)

    def due(self, now: float) -> bool:
        """Whether it is time."""
        return now - self.last >= self.interval

    def looked(self, now: float, cost: float) -> None:
        """Note a look and what it cost."""
        self.last, self.cost = now, cost
