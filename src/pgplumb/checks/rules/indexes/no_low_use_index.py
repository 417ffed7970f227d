"""Indexes are read more than they cost."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.index_tree import stored
from pgplumb.checks.key_cover import supports_foreign_key
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import unproven
from pgplumb.checks.wording import index_name
from pgplumb.foundation.names import part

_RATIO = 100
_WRITES = 100_000


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare the scans of each index that may go with the writes that had to keep it."""
    statistics = facts.statistics
    if table.kind not in "rp" or isinstance(statistics, Unread):
        return
    for index in table.indexes:
        if index.parent or index.enforces or not index.is_valid or index.is_clustered:
            continue
        if supports_foreign_key(index, table, facts):
            continue
        scans = writes = 0
        for own, leaf in stored(index, table, facts.catalog):
            counted, heap = statistics.indexes.get(own.oid), statistics.tables.get(leaf.oid)
            if counted is not None and heap is not None:
                scans += counted.scans
                writes += heap.inserted + heap.updated - heap.hot_updated
        # An index without any scan is the matter of no-unused-index.
        if not scans:
            continue
        report.checked()
        if writes < _WRITES or writes <= scans * facts.profile.threshold("no-low-use-index", _RATIO):
            continue
        reason = unproven(facts)
        if reason is not None:
            report.unknown(reason)
            continue
        report.fail(
            table.index_id(index),
            f"{part(index.name)} was read {scans:,} times and written {writes:,} times since the counters began",
            {"scans": scans, "writes": writes, "columns": table.column_names(index.key_columns)},
            related=(table.id,),
            fix=Fix("drop-index", {"index": index_name(table, index)}),
        )


RULE = Rule(
    id="no-low-use-index",
    title="Indexes are read more than they cost",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="No index that enforces nothing and serves no foreign key was written more than 100 times for each time "
    "that it was read (threshold no-low-use-index), counted over at least 100,000 writes.",
    why="Each INSERT, and each UPDATE that is not heap-only, adds an entry to every index. One that is read once for "
    "thousands of writes makes all of them slower for a query that might take another way.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW",
    looks_at="pg_stat_all_indexes.idx_scan, pg_stat_all_tables (n_tup_ins, n_tup_upd, n_tup_hot_upd)",
    each_table=check,
    reads=("statistics", "catalog.settings", "catalog.is_standby"),
    unknown_when="counters have not run long enough (usage-min-days), or standbys may use the index",
    not_applicable_when="no index that may go was ever read",
)
