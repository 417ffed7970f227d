"""How large the next batch is and how long to wait before it. Pure: the clock is given from outside."""

from __future__ import annotations

from collections import deque

from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.watcher import Strain

_SLOWEST, _QUICKEST = 0.5, 1.5
"""By what a batch may shrink or grow at once."""
_UNNOTICED = 0.05
"""Seconds that a batch may take where others want its rows: who waits for all of it waits no longer."""
_RECOVERY = 1.05
"""How quickly batches may take longer again after they were in somebody's way."""
_REMEMBERED = 20


class Pace:
    """Adapts the size of batches to the time that they take, and to those whom they hold up."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ceiling = limits.longest_batch
        self._recent: deque[tuple[float, int]] = deque(maxlen=_REMEMBERED)
        self.size = limits.first_batch
        """Keys that the next batch walks."""

    def took(self, seconds: float, keys: int) -> None:
        """Note a batch that was committed."""
        limits = self._limits
        self._recent.append((seconds, keys))
        target = min((limits.shortest_batch + limits.longest_batch) / 2, self._ceiling)
        self._ceiling = min(self._ceiling * _RECOVERY, limits.longest_batch)
        if limits.shortest_batch <= seconds <= target:
            return
        factor = min(max(target / max(seconds, 1e-4), _SLOWEST), _QUICKEST)
        # A short last window says nothing about a full one.
        if factor > 1 and keys < self.size:
            return
        self.size = min(max(int(self.size * factor), 1), limits.largest_batch)

    def gave_way(self) -> None:
        """Note a batch that was given up since others waited for it: batches that end by themselves in time follow."""
        self._ceiling = _UNNOTICED
        seconds, keys = self._worked()
        fitting = int(keys / seconds * _UNNOTICED) if seconds else self.size
        self.size = max(min(self.size // 2, fitting), 1)

    def failed(self) -> None:
        """Note a batch that did not get its locks."""
        self.size = max(self.size // 2, 1)

    def rest(self, seconds: float, share: float) -> float:
        """Return the pause after a batch that took so long, for a share of the time to be worked in."""
        return seconds * (1 / share - 1)

    def eta(self, left: int, share: float) -> float | None:
        """Return the seconds for so many more keys at the pace of the last batches."""
        seconds, keys = self._worked()
        return None if not keys else left * seconds / keys / share

    def _worked(self) -> tuple[float, int]:
        """Return how long the last batches took together, and how many keys they walked."""
        return sum(seconds for seconds, _ in self._recent), sum(keys for _, keys in self._recent)


def strained(now: Strain, before: tuple[float, Strain] | None, at: float, limits: Limits) -> str | None:
    """Return why a backfill should wait at a time, or None. `before` is an earlier reading with its time."""
    if now.lag is not None and now.lag > limits.replica_lag:
        return f"a replica is {now.lag:.0f} s behind, {limits.replica_lag:.0f} s are allowed"
    if now.vacuumed and now.vacuum_at > 0 and now.dead > limits.dead_rows * now.vacuum_at:
        return f"{now.dead} dead rows wait for autovacuum, which begins at {now.vacuum_at:.0f}"
    if before is not None and at > before[0]:
        rate = (now.wal - before[1].wal) / (at - before[0])
        if rate > limits.wal_rate:
            return f"the server writes {rate / 1e6:.0f} MB of log a second, {limits.wal_rate / 1e6:.0f} are allowed"
    return None
