"""Tables hold something."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import counters, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import too_young


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for tables without a block into which nothing was ever written as long as counters ran."""
    if table.kind == "r" and facts.catalog.children.get(table.oid):
        return
    counted = [c for leaf in leaves(table, facts) if (c := counters(leaf, facts)) is not None]
    if not counted:
        return
    report.checked()
    if any(c.pages or c.live or c.inserted or c.tuples > 0 for c in counted):
        return
    if report.undecided(too_young(facts)):
        return
    # relpages is 0 until the first ANALYZE; what was never written in all that time has none.
    report.fail(
        table.id,
        f"{table.qualified} is empty, and nothing was written into it since the counters began",
        {"columns": len(table.columns), "partitions": len(counted) if table.kind == "p" else 0},
    )


RULE = Rule(
    id="empty-table",
    title="Tables hold rows",
    category=Category.PARTITIONING,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="Every table has a row, or was written into since the counters began.",
    why="A table that stayed empty for weeks belongs to a feature that never came, or that writes somewhere else by "
    "mistake. It is still to be understood, migrated and granted.",
    source="https://www.postgresql.org/docs/current/catalog-pg-class.html",
    looks_at="pg_class (relpages, reltuples), pg_stat_all_tables (n_live_tup, n_tup_ins)",
    each_table=check,
    reads=("statistics", "catalog.settings"),
    unknown_when="the counters have not run long enough (usage-min-days)",
    not_applicable_when="the counters were not read, or there is no table",
)
