"""Large tables are read by index."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import leaves, rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import counted_days, too_young
from pgplumb.foundation.text import age, percent

ROWS = 10_000
SCANS = 100
SHARE = 0.95
"""The profile's `seq-scan-rows`, `seq-scan-count` and `index-use` say otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare scans of the table with scans of its indexes, partitions summed; few scans are backups and reports."""
    count = rows(table, facts)
    profile = facts.profile
    if count is not None and count < profile.threshold("seq-scan-rows", ROWS):
        return
    report.checked()
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    if count is None:
        report.unknown(f"{table.qualified} was never analysed")
        return
    parts = [c for leaf in leaves(table, facts) if (c := statistics.tables.get(leaf.oid)) is not None]
    sequential = sum(c.seq_scans for c in parts)
    read = sum(c.seq_tuples for c in parts)
    indexed = sum(c.index_scans for c in parts)
    share = indexed / (indexed + sequential) if indexed + sequential else 1.0
    many = sequential >= max(profile.threshold("seq-scan-count", SCANS), 1)
    # Scans that stop after a few rows (LIMIT, EXISTS) do no harm.
    if many and share < profile.threshold("index-use", SHARE) and read / sequential >= ROWS / 10:
        report.fail(
            table.id,
            f"{table.qualified} of {count:,.0f} rows was read from end to end {sequential:,} times in "
            f"{age(counted_days(facts) * 86400)}, {read / sequential:,.0f} rows each time; {percent(share)} of its "
            "scans use an index",
            {
                "rows": int(count),
                "seq_scans": sequential,
                "index_scans": indexed,
                "rows_read": read,
                "share": share,
            },
        )
    elif (reason := too_young(facts)) is not None:
        report.unknown(reason)


RULE = Rule(
    id="missing-index-seq-scans",
    title="Large tables are read by index",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No table of 10,000 rows (seq-scan-rows) was read from end to end 100 times (seq-scan-count) with less than "
    "95 % of its scans by index (index-use).",
    why="A query that looks for a few rows and reads all of them gets slower with every row, and pushes what others "
    "need out of the cache.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW",
    looks_at="pg_stat_all_tables (seq_scan, seq_tup_read, idx_scan, n_live_tup), pg_stat_database.stats_reset",
    each_table=check,
    reads=("statistics", "catalog.settings"),
    unknown_when="nothing was seen and counting began less than 14 days ago (usage-min-days)",
    not_applicable_when="no table has 10,000 rows",
)
