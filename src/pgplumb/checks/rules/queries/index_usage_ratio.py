"""Large tables are read by index."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import counters, leaves, rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_ROWS = 10_000
_SCANS = 100
_RATIO = 0.95


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Add up the scans of a table, or of all partitions of one."""
    count = rows(table, facts)
    if count is None or count < facts.profile.threshold("index-usage-ratio-rows", _ROWS):
        return
    sequential = by_index = 0
    for leaf in leaves(table, facts):
        counted = counters(leaf, facts)
        if counted is None:
            report.unknown(f"the counters of {leaf.qualified} were not read")
            return
        sequential += counted.seq_scans
        by_index += counted.index_scans
    scans = sequential + by_index
    if scans < _SCANS:
        report.unknown(f"{table.qualified} was scanned only {scans} times since the counters began")
        return
    report.checked()
    ratio = by_index / scans
    if ratio < facts.profile.threshold("index-usage-ratio", _RATIO):
        report.fail(
            table.id,
            f"{sequential:,} of {scans:,} scans of {table.qualified} read all of its {count:,.0f} rows",
            {
                "ratio": round(ratio, 4),
                "sequential_scans": sequential,
                "index_scans": by_index,
                "rows": int(count),
            },
        )


RULE = Rule(
    id="index-usage-ratio",
    title="Large tables are read by index",
    category=Category.QUERIES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Of the scans of every table of at least 10,000 rows (threshold index-usage-ratio-rows), 95 % "
    "(threshold index-usage-ratio) used an index, counted over at least 100 scans; partitions count "
    "with their root.",
    why="A scan of a large table takes time in proportion to its size and pushes other data out of memory. "
    "Many of them mean that a condition which is asked often has no index.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW",
    looks_at="pg_stat_all_tables (seq_scan, idx_scan), pg_class.reltuples",
    each_table=check,
    reads=("statistics",),
    unknown_when="a table was scanned fewer than 100 times since the counters began",
    not_applicable_when="no table is that large",
)
