"""What the database runs: pg_stat_statements since its reset and between two readings.

`statements_reader` reads it. Source: https://www.postgresql.org/docs/current/pgstatstatements.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

from pgplumb.catalog.unread import Unread

Key = tuple[int, int, int, bool]
"""(userid, dbid, queryid, toplevel): what pg_stat_statements counts apart."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One entry: a normalised statement of one role in one database. Times are milliseconds.

    In a reading they are totals since `since`; in a delta they cover the interval alone. `query` is data:
    sanitise it to show it.
    """

    queryid: int
    userid: int
    role: str
    calls: int
    total_ms: float
    mean_ms: float
    rows: int
    min_ms: float | None = None
    """None in a delta for an entry that was there before: two totals do not give it."""
    max_ms: float | None = None
    stddev_ms: float | None = None
    dbid: int = 0
    toplevel: bool = True
    """False for statements inside functions (pg_stat_statements.track = all)."""
    shared_hit: int = 0
    """Blocks, as all of the following but WAL."""
    shared_read: int = 0
    shared_dirtied: int = 0
    shared_written: int = 0
    local_blks: int = 0
    """Local blocks read and written."""
    temp_blks: int = 0
    """Temporary blocks read and written: spills of sorts and hashes."""
    read_ms: float | None = None
    """Time spent reading blocks; None where track_io_timing is off."""
    wal_bytes: int | None = None
    plans: int = 0
    """0 where pg_stat_statements.track_planning is off."""
    plan_ms: float = 0.0
    jit_ms: float | None = None
    """None before extension 1.10."""
    since: datetime | None = None
    """stats_since (extension 1.11 and later)."""
    query: str | None = None
    """The text with constants replaced by $n; None where it was not asked for."""
    fingerprint: str | None = None
    """`fingerprints.list_fingerprint` of the whole text, where `query` is only its beginning."""
    variants: tuple[Key, ...] = ()
    """Which entries it sums up, the most called first, where it stands for several (`folding.fold`)."""
    lengths: int = 1
    """How many texts they have: those of other lengths of the same list."""

    @property
    def key(self) -> Key:
        """What tells it from every other entry."""
        return (self.userid, self.dbid, self.queryid, self.toplevel)

    @property
    def rows_per_call(self) -> float:
        """Rows returned or changed by one call."""
        return self.rows / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Statements:
    """One reading of pg_stat_statements, or the difference of two."""

    read_at: datetime
    stats_reset: datetime | None
    """When the totals began; None before extension 1.9."""
    entries: tuple[Statement, ...]
    """By total time, largest first."""
    hidden_calls: int = 0
    """Calls of other roles' statements that the role may not see: they need pg_read_all_stats."""
    hidden_ms: float = 0.0
    hidden_entries: int = 0
    evictions: int | None = None
    """pg_stat_statements_info.dealloc, in a delta its rise: above 0, totals are incomplete. 1.9 and later."""
    maximum: int | None = None
    """pg_stat_statements.max."""
    seconds: float | None = None
    """The interval of a delta; None in a reading."""
    was_reset: bool = False
    """In a delta: the counters were reset in between, so it covers the time since then alone."""
    lost: int = 0
    """In what a Period gives: entries that vanished or began anew meanwhile. What they had counted is kept."""
    started: datetime | None = None
    """When the server was started."""
    paused: str | None = None
    """Why nothing new is being counted: "pg_stat_statements.track is none"."""

    @property
    def total_ms(self) -> float:
        """Execution time of all entries, hidden ones included."""
        return sum(e.total_ms for e in self.entries) + self.hidden_ms

    @property
    def texts(self) -> Mapping[Key, str]:
        """The texts that are known: carry them over to the next reading with `with_texts`."""
        return {e.key: e.query for e in self.entries if e.query is not None}

    def with_texts(
        self, texts: Mapping[Key, str], fingerprints: Mapping[Key, str] | None = None
    ) -> Statements:
        """Return the same with the texts of some entries filled in, and fingerprints where texts are cut."""
        known = fingerprints or {}
        entries = tuple(
            replace(e, query=texts[e.key], fingerprint=known.get(e.key))
            if e.query is None and e.key in texts
            else e
            for e in self.entries
        )
        return replace(self, entries=entries)


@dataclass(frozen=True, slots=True)
class StatementsUnread(Unread):
    """Why there are no statements to see, and the way to them; `reason` is the short form."""

    why: str = ""
    next_step: str = ""
    sql: str | None = None
    """What to run for it, by whom it is allowed; None where no statement alone does it."""
    needs_restart: bool = False
    is_privilege: bool = False
    """Whether a privilege is all that lacks."""


def delta(before: Statements, after: Statements) -> Statements:
    """Return what ran between two readings; entries without a call in between are left out.

    An entry that is new, was reset, or was evicted and came back counts whole: all of it lies in the interval.
    """
    reset = was_reset(before, after)
    known = {} if reset else {e.key: e for e in before.entries}
    found = [ran for e in after.entries if (ran := ran_between(known.get(e.key), e)) is not None]
    start = before.read_at
    if reset and after.stats_reset is not None:
        start = max(start, after.stats_reset)
    hidden = Statements(before.read_at, None, ()) if reset else before
    return replace(
        after,
        entries=tuple(sorted(found, key=order)),
        hidden_calls=max(after.hidden_calls - hidden.hidden_calls, 0),
        hidden_ms=max(after.hidden_ms - hidden.hidden_ms, 0.0),
        evictions=_less(after.evictions, 0 if reset else before.evictions),
        seconds=(after.read_at - start).total_seconds(),
        was_reset=reset,
    )


def order(entry: Statement) -> tuple[float, Key]:
    """Sort key: most total time first, then by what never changes."""
    return (-entry.total_ms, entry.key)


def was_reset(before: Statements, after: Statements) -> bool:
    """Whether all counters were reset in between."""
    if before.stats_reset is not None and after.stats_reset is not None:
        return before.stats_reset != after.stats_reset
    calls_before = sum(e.calls for e in before.entries) + before.hidden_calls
    return sum(e.calls for e in after.entries) + after.hidden_calls < calls_before


def began_anew(before: Statement, after: Statement) -> bool:
    """Whether one entry was reset, or evicted and made again."""
    return after.since != before.since or after.calls < before.calls


def ran_between(before: Statement | None, after: Statement) -> Statement | None:
    """Return what one entry counted between two readings; None where nothing was called."""
    if before is None or began_anew(before, after):
        return after if after.calls else None
    return _difference(before, after) if after.calls > before.calls else None


def _difference(before: Statement, after: Statement) -> Statement:
    calls = after.calls - before.calls
    total = max(after.total_ms - before.total_ms, 0.0)
    return replace(
        after,
        calls=calls,
        total_ms=total,
        mean_ms=total / calls,
        min_ms=None,
        max_ms=None,
        stddev_ms=interval_stddev(before, after),
        rows=after.rows - before.rows,
        shared_hit=after.shared_hit - before.shared_hit,
        shared_read=after.shared_read - before.shared_read,
        shared_dirtied=after.shared_dirtied - before.shared_dirtied,
        shared_written=after.shared_written - before.shared_written,
        local_blks=after.local_blks - before.local_blks,
        temp_blks=after.temp_blks - before.temp_blks,
        read_ms=None
        if after.read_ms is None or before.read_ms is None
        else max(after.read_ms - before.read_ms, 0.0),
        wal_bytes=_less(after.wal_bytes, before.wal_bytes),
        plans=after.plans - before.plans,
        plan_ms=max(after.plan_ms - before.plan_ms, 0.0),
        jit_ms=None
        if after.jit_ms is None or before.jit_ms is None
        else max(after.jit_ms - before.jit_ms, 0.0),
        query=after.query or before.query,
    )


def interval_stddev(before: Statement, after: Statement) -> float | None:
    """Return the standard deviation of the calls between two readings of one entry.

    The sum of squares of n calls is n * (stddev^2 + mean^2) (pg_stat_statements keeps the population's stddev),
    and sums of squares subtract. None where a reading lacks it or nothing ran.
    """
    calls = after.calls - before.calls
    if calls <= 0 or before.stddev_ms is None or after.stddev_ms is None:
        return None
    squares = _squares(after) - _squares(before)
    mean = (after.total_ms - before.total_ms) / calls
    return sqrt(max(squares / calls - mean * mean, 0.0))


def summed(entries: Sequence[Statement], first: Statement) -> Statement:
    """Return several entries of one statement as one that is called as `first` is.

    Sums of squares add up, so the standard deviation is that of all calls together.
    """
    calls, total = sum(e.calls for e in entries), sum(e.total_ms for e in entries)
    mean = total / calls if calls else 0.0
    stddev = None
    if calls and all(e.stddev_ms is not None for e in entries):
        stddev = sqrt(max(sum(map(_squares, entries)) / calls - mean * mean, 0.0))
    since = [e.since for e in entries if e.since is not None]
    return replace(
        first,
        calls=calls,
        total_ms=total,
        mean_ms=mean,
        rows=sum(e.rows for e in entries),
        min_ms=_least([e.min_ms for e in entries]),
        max_ms=_most([e.max_ms for e in entries]),
        stddev_ms=stddev,
        shared_hit=sum(e.shared_hit for e in entries),
        shared_read=sum(e.shared_read for e in entries),
        shared_dirtied=sum(e.shared_dirtied for e in entries),
        shared_written=sum(e.shared_written for e in entries),
        local_blks=sum(e.local_blks for e in entries),
        temp_blks=sum(e.temp_blks for e in entries),
        read_ms=_total([e.read_ms for e in entries]),
        wal_bytes=None if first.wal_bytes is None else sum(e.wal_bytes or 0 for e in entries),
        plans=sum(e.plans for e in entries),
        plan_ms=sum(e.plan_ms for e in entries),
        jit_ms=_total([e.jit_ms for e in entries]),
        since=min(since) if len(since) == len(entries) else None,
    )


def _least(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if known and len(known) == len(values) else None


def _most(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def _total(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _squares(entry: Statement) -> float:
    return entry.calls * ((entry.stddev_ms or 0.0) ** 2 + entry.mean_ms**2)


def _less(after: int | None, before: int | None) -> int | None:
    return None if after is None or before is None else after - before
