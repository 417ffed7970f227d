"""What is written is read."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import counters, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.time_stamps import is_appended
from pgplumb.checks.usage import unproven

_WRITES = 100


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for tables that were written and never scanned; backups read every table, and count."""
    counted = [c for leaf in leaves(table, facts) if (c := counters(leaf, facts)) is not None]
    written = sum(c.inserted + c.updated + c.deleted for c in counted)
    if not counted or written < _WRITES or is_appended(table):
        return
    report.checked()
    if any(c.seq_scans or c.index_scans for c in counted):
        return
    if report.undecided(unproven(facts)):
        return
    report.fail(
        table.id,
        f"{table.qualified} was written {written:,} times and not read once since the counters began",
        {"writes": written, "pages": sum(c.pages for c in counted)},
    )


RULE = Rule(
    id="never-read-table",
    title="Tables that are written are read",
    category=Category.PARTITIONING,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="No table with at least 100 written rows since the reset was never scanned; logs, audits and queues are not "
    "meant.",
    why="Nobody may need it any more, or a job writes it for a report that is gone. Each row costs its write, its WAL, "
    "its vacuum and its place in every backup.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW",
    looks_at="pg_stat_all_tables (seq_scan, idx_scan, n_tup_ins, n_tup_upd, n_tup_del)",
    each_table=check,
    reads=("statistics", "catalog.settings", "catalog.is_standby"),
    unknown_when="counters have not run long enough (usage-min-days), or standbys may read it",
    not_applicable_when="no table was written since the counters began",
)
