"""What ages: counters, sizes and the state of replication. Read by function, apart from the structure.

Sources: the cumulative statistics system (https://www.postgresql.org/docs/current/monitoring-stats.html).
Times are in UTC; counters run since the last reset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pgplumb.catalog.unread import NOT_YET, Unread


@dataclass(frozen=True, slots=True)
class TableCounters:
    """pg_stat_all_tables and pg_statio of one table, with what pg_class estimates now."""

    pages: int
    tuples: float
    """reltuples; -1 means never analysed."""
    all_visible: int
    seq_scans: int
    seq_tuples: int
    index_scans: int
    index_tuples: int
    inserted: int
    updated: int
    deleted: int
    hot_updated: int
    live: int
    dead: int
    modified_since_analyze: int
    last_vacuum: datetime | None
    """The later of VACUUM and autovacuum."""
    last_analyze: datetime | None
    heap_read: int
    heap_hit: int
    newpage_updated: int | None = None
    """16 and later."""
    last_seq_scan: datetime | None = None
    """16 and later."""
    frozen_age: int = 0
    multixact_age: int = 0


@dataclass(frozen=True, slots=True)
class ToastCounters:
    """A TOAST table of at least 10 MB."""

    pages: int
    """At the last VACUUM: nothing analyses it."""
    chunks: float
    """At most 1996 bytes each; the larger of what VACUUM and what the counters say."""
    dead: int


@dataclass(frozen=True, slots=True)
class IndexCounters:
    """pg_stat_all_indexes of one index."""

    pages: int
    tuples: float
    scans: int
    tuples_read: int
    tuples_fetched: int
    last_scan: datetime | None = None
    """16 and later."""


@dataclass(frozen=True, slots=True)
class DatabaseCounters:
    """pg_stat_database of this database."""

    commits: int
    rollbacks: int
    blocks_read: int
    blocks_hit: int
    temp_files: int
    temp_bytes: int
    deadlocks: int
    conflicts: int
    checksum_failures: int | None
    stats_reset: datetime | None
    """None means never reset."""


@dataclass(frozen=True, slots=True)
class Replica:
    """One row of pg_stat_replication; lags are None where the role may not see them."""

    pid: int
    application_name: str
    state: str | None
    sync_state: str | None
    replay_lag_bytes: int | None
    replay_lag_seconds: float | None
    backend_xmin_age: int | None


@dataclass(frozen=True, slots=True)
class ReplicationSlot:
    """One row of pg_replication_slots."""

    name: str
    plugin: str | None
    slot_type: str
    database: str | None
    active: bool
    xmin_age: int | None
    catalog_xmin_age: int | None
    retained_bytes: int | None
    wal_status: str | None
    safe_wal_size: int | None
    temporary: bool


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """What becomes of one subscription of this database."""

    name: str
    working: bool
    """Whether a worker applies changes at this moment."""
    tables_behind: int
    """Tables whose first copy has not been taken, or has not been caught up with."""
    errors: int | None
    """Of its workers since the last reset; 15 and later."""


@dataclass(frozen=True, slots=True)
class Archiver:
    """pg_stat_archiver."""

    archived: int
    last_archived: datetime | None
    failed: int
    last_failed: datetime | None


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Timed and requested checkpoints (pg_stat_bgwriter, from 17 on pg_stat_checkpointer)."""

    timed: int
    requested: int


@dataclass(frozen=True, slots=True)
class PreparedTransaction:
    """One row of pg_prepared_xacts."""

    gid: str
    prepared: datetime
    owner: str
    database: str


@dataclass(frozen=True, slots=True)
class HostRule:
    """One line of pg_hba.conf as the server reads it (pg_hba_file_rules)."""

    line: int
    kind: str | None
    """local, host, hostssl, hostnossl, hostgssenc or hostnogssenc."""
    databases: tuple[str, ...]
    users: tuple[str, ...]
    address: str | None
    netmask: str | None
    method: str | None
    error: str | None
    """Why the server cannot use the line."""


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """What pg_stats says of one column, without any sample value."""

    null_fraction: float
    average_width: int
    distinct: float
    """pg_stats.n_distinct: negative means a fraction of the rows."""
    correlation: float | None
    most_common_frequency: float | None


@dataclass(frozen=True, slots=True)
class Dependency:
    """A column whose value follows from others' in the rows that were looked at."""

    determinants: tuple[int, ...]
    """Column numbers."""
    dependent: int
    degree: float
    """The share of the rows that agree, 0 to 1."""
    rows: int | None = None
    """How many rows were sampled for it; None where ANALYZE found it."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """One reading of everything that ages."""

    read_at: datetime
    started_at: datetime
    """pg_postmaster_start_time()."""
    tables: Mapping[int, TableCounters] = field(default_factory=dict)
    indexes: Mapping[int, IndexCounters] = field(default_factory=dict)
    sequences: Mapping[int, int | None] = field(default_factory=dict)
    """Last values; None where never used; a missing oid means not readable."""
    database: DatabaseCounters | None = None
    replicas: tuple[Replica, ...] | Unread = ()
    slots: tuple[ReplicationSlot, ...] | Unread = ()
    subscriptions: tuple[SubscriptionState, ...] | Unread = ()
    archiver: Archiver | None = None
    checkpoints: Checkpoints | None = None
    prepared: tuple[PreparedTransaction, ...] = ()
    columns: Mapping[tuple[int, int], ColumnStatistics] | Unread = field(default_factory=dict)
    """By relation oid and column number; tables that the role may not read are missing."""
    unreadable: frozenset[int] = frozenset()
    """Tables whose pg_stats rows the role may not see."""
    reached: Mapping[int, int] | Unread = field(default_factory=dict)
    """By sequence: the largest value that ANALYZE saw in the column that owns it; small tables it reads whole."""
    host_rules: tuple[HostRule, ...] | Unread = NOT_YET
    """Of pg_hba.conf, as it is now: the server may not have loaded it yet."""
    dependencies: Mapping[int, tuple[Dependency, ...]] | Unread = NOT_YET
    """By relation: what extended statistics say that ANALYZE has filled."""
    toast: Mapping[int, ToastCounters] | Unread = NOT_YET
    """By the table whose values it keeps."""
    replay_paused: bool | None = None
    """On a standby: whether somebody paused replay."""

    @property
    def since(self) -> datetime:
        """When the counters began: the last reset, or the start of the server's record."""
        reset = self.database.stats_reset if self.database else None
        return reset or self.started_at
