"""What the database runs: pg_stat_statements since its reset and between two readings.

Source: https://www.postgresql.org/docs/current/pgstatstatements.html. Its columns follow the version of the
extension, not of the server, so they are looked up before they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread

if TYPE_CHECKING:
    from pgplumb.server.session import Unit

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
    """None in a delta: a minimum of an interval cannot be had from two totals."""
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
    since: datetime | None = None
    """stats_since (extension 1.11 and later)."""
    query: str | None = None
    """The text with constants replaced by $n; None where it was not asked for."""

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
    """Calls of other roles' statements that the role may not see."""
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

    @property
    def total_ms(self) -> float:
        """Execution time of all entries, hidden ones included."""
        return sum(e.total_ms for e in self.entries) + self.hidden_ms

    def with_texts(self, texts: Mapping[Key, str]) -> Statements:
        """Return the same with the texts of some entries filled in."""
        raise NotImplementedError


def read_statements(unit: Unit, texts: int = 50, all_databases: bool = False) -> Statements | Unread:
    """Read every entry of this database, with the texts of the `texts` entries of largest total time.

    `Unread` says what is missing, why, and the SQL or setting that gives it.
    """
    raise NotImplementedError


def read_texts(unit: Unit, keys: Iterable[Key]) -> Mapping[Key, str]:
    """Return the texts of some entries; those that are gone or hidden are left out."""
    raise NotImplementedError


def delta(before: Statements, after: Statements) -> Statements:
    """Return what ran between two readings; entries without a call in between are left out."""
    raise NotImplementedError
