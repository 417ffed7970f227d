"""How much time each statement took lately: the last few intervals, the newest last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pgplumb.workload.statements import Key, Statements, delta

INTERVAL = 10.0
"""Seconds of one interval at least: short enough to see something begin, long enough to be read in peace.

Where readings are further apart, an interval lasts from one to the next.
"""
INTERVALS = 12
"""How many are kept: two minutes."""

Interval = Mapping[Key, float]
"""Milliseconds of execution time a second, of those statements that ran."""


class Trend:
    """Fed with every reading of the totals; `intervals` is another object only when an interval is over."""

    def __init__(self) -> None:
        self.intervals: tuple[Interval, ...] = ()
        self.last: Statements | None = None
        """What ran in the newest of them."""
        self._began: Statements | None = None
        self._last: datetime | None = None

    def add(self, reading: Statements) -> bool:
        """Take a reading; the same one again changes nothing. True when an interval ended with it."""
        if reading.read_at == self._last:
            return False
        self._bring_texts(reading)
        began, self._last = self._began, reading.read_at
        if began is None or reading.read_at < began.read_at:
            self.intervals, self.last, self._began = (), None, reading
            return False
        if (reading.read_at - began.read_at).total_seconds() < INTERVAL:
            return False
        ran = delta(began, reading)
        seconds = max(ran.seconds or 0.0, 1.0)
        self._began, self.last = reading, ran
        found = {entry.key: entry.total_ms / seconds for entry in ran.entries}
        self.intervals = (*self.intervals, found)[-INTERVALS:]
        return True

    def _bring_texts(self, reading: Statements) -> None:
        """Texts may come later than the figures of an interval."""
        last = self.last
        if last is None or all(entry.query is not None for entry in last.entries):
            return
        more = last.with_texts(reading.texts)
        if more != last:
            self.last = more


def of_statements(intervals: tuple[Interval, ...], keys: Sequence[Key]) -> tuple[float, ...]:
    """Return what statements took together, the newest last."""
    return tuple(sum(interval.get(key, 0.0) for key in keys) for interval in intervals)
