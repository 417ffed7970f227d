"""The planner knows something about every table that has rows."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.estimates import counters, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_LEAST = 1000


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for tables with rows that ANALYZE never saw; partitions count with their root."""
    if report.known(facts.statistics, "statistics") is None:
        return
    without = []
    for leaf in leaves(table, facts):
        counted = counters(leaf, facts)
        if counted is None or (counted.live < _LEAST and max(counted.tuples, leaf.tuples) < _LEAST):
            continue
        report.checked()
        # VACUUM sets reltuples too, so that alone does not mean that ANALYZE ran.
        if counted.last_analyze is not None or not _lacks(leaf, facts):
            continue
        without.append((leaf, max(counted.live, int(counted.tuples))))
    if not without:
        return
    leaf, held = without[0]
    report.fail(
        table.id,
        f"{leaf.qualified} has about {held:,} rows and no statistics: plans for it are guesses",
        {"rows": held, "tables": tuple(r.qualified for r, _ in without)},
        related=tuple(r.id for r, _ in without if r is not table),
        fix=Fix("analyze", {"table": leaf.qualified if len(without) == 1 else table.qualified}),
    )


def _lacks(table: Relation, facts: Facts) -> bool:
    """Whether no column has statistics, where that can be seen."""
    statistics = facts.statistics
    if isinstance(statistics, Unread) or isinstance(statistics.columns, Unread):
        return False
    if table.oid in statistics.unreadable:
        return False
    return not any((table.oid, column.number) in statistics.columns for column in table.columns)


RULE = Rule(
    id="statistics-present",
    title="Every table with rows has statistics",
    category=Category.VACUUM,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Every table or partition with at least 1,000 rows was analysed, or has rows in pg_stats.",
    why="Without statistics the planner takes default guesses for how many rows a condition finds, and "
    "picks joins by them. pg_upgrade before 18 leaves all tables like this until somebody runs ANALYZE.",
    source="https://www.postgresql.org/docs/current/planner-stats.html",
    looks_at="pg_stat_all_tables (last_analyze, last_autoanalyze, n_live_tup), pg_stats",
    each_table=check,
    reads=("statistics",),
    unknown_when="the statistics were not read",
    not_applicable_when="no table has 1,000 rows",
)
