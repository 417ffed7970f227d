"""Tables have few indexes."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

LIMIT = 10
"""The profile's `index-max-count` says otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count indexes; a wide table may have more."""
    count = len(table.indexes)
    if not count:
        return
    report.checked()
    limit = facts.profile.threshold("index-max-count", LIMIT)
    columns = len(table.columns)
    if count > limit and count >= columns + 3:
        report.fail(
            table.id,
            f"{table.qualified} has {count} indexes on {columns} columns: each insert writes all of them",
            {"indexes": count, "columns": columns, "limit": limit},
            related=tuple(table.index_id(i) for i in table.indexes),
        )


RULE = Rule(
    id="index-count-limit",
    title="Tables have few indexes",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="A table has at most 10 indexes (index-max-count), or fewer than its columns and 3.",
    why="Every insert writes to each index, and an update that touches one of their columns writes to all. Planning "
    "takes longer with each, too.",
    source="https://www.postgresql.org/docs/current/indexes-intro.html",
    looks_at="pg_index, pg_attribute",
    each_table=check,
    not_applicable_when="no table has an index",
)
