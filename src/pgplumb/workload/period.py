"""What ran since a first reading, whatever happens to entries, counters and the connection meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pgplumb.workload.statements import (
    Key,
    Statement,
    Statements,
    began_anew,
    delta,
    order,
    ran_between,
    summed,
    was_reset,
)

LOST = 2_000
"""How many evicted entries are remembered: those that took most time."""


class Period:
    """Fed with every reading of the totals. A reset begins it anew, another server too."""

    def __init__(self) -> None:
        self._first: Statements | None = None
        self._last: Statements | None = None
        self._known: dict[Key, Statement] = {}
        """The first reading's entries, less those that began anew later."""
        self._gone: dict[Key, Statement] = {}
        """What entries had counted when they were evicted or reset."""
        self._lost = 0
        self._was_reset = False

    def forget(self) -> None:
        """Begin with the next reading."""
        self._first = self._last = None
        self._known, self._gone = {}, {}
        self._lost, self._was_reset = 0, False

    def add(self, total: Statements) -> Statements:
        """Take a reading and return what ran since the first one, or since the reset that came after it."""
        first, last = self._first, self._last
        if first is None or last is None or _is_elsewhere(last, total):
            first = self._begin(total, total.entries)
        elif was_reset(last, total):
            at = _later(last.read_at, total.stats_reset)
            first = self._begin(replace(total, read_at=at, hidden_calls=0, hidden_ms=0.0, evictions=0), ())
            self._was_reset = True
        else:
            self._note_what_began_anew(last, total)
        self._last = total
        before = replace(first, entries=tuple(self._known.values()))
        return self._with_gone(replace(delta(before, total), was_reset=self._was_reset, lost=self._lost))

    def _begin(self, first: Statements, entries: tuple[Statement, ...]) -> Statements:
        self.forget()
        self._first = first
        self._known = {entry.key: entry for entry in entries}
        return first

    def _note_what_began_anew(self, last: Statements, total: Statements) -> None:
        """Keep what entries of the reading before had counted that are gone from this one, or count from 0 again."""
        now = {entry.key: entry for entry in total.entries}
        for entry in last.entries:
            there = now.get(entry.key)
            if there is not None and not began_anew(entry, there):
                continue
            self._lost += 1
            self._keep(entry)
            self._known.pop(entry.key, None)

    def _keep(self, entry: Statement) -> None:
        ran = ran_between(self._known.get(entry.key), entry)
        if ran is None:
            return
        before = self._gone.get(entry.key)
        self._gone[entry.key] = summed([before, ran], ran) if before else ran
        if len(self._gone) > LOST:
            kept = sorted(self._gone.values(), key=order)[: LOST // 2]
            self._gone = {entry.key: entry for entry in kept}

    def _with_gone(self, since: Statements) -> Statements:
        if not self._gone:
            return since
        entries = {entry.key: entry for entry in since.entries}
        for key, gone in self._gone.items():
            ran = entries.get(key)
            entries[key] = summed([gone, ran], ran) if ran else gone
        return replace(since, entries=tuple(sorted(entries.values(), key=order)))


def _is_elsewhere(last: Statements, total: Statements) -> bool:
    """Whether two readings are of different servers, so that nothing can be subtracted."""
    if last.stats_reset is not None and total.stats_reset is not None:
        # A reset that came after the last reading is one; an older one is that of another server.
        return last.stats_reset != total.stats_reset and total.stats_reset <= last.read_at
    return last.stats_reset != total.stats_reset or last.started != total.started


def _later(one: datetime, other: datetime | None) -> datetime:
    return one if other is None else max(one, other)
