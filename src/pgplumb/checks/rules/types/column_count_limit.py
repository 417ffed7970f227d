"""Tables are not too wide."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

LIMIT = 50
"""The profile's `column-max` says otherwise."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count columns as the server's limit of 1,600 does: dropped ones stay in every row."""
    report.checked()
    limit = facts.profile.threshold("column-max", LIMIT)
    if table.attribute_count >= limit:
        living = len(table.columns)
        dropped = table.attribute_count - living
        also = f" and {dropped} dropped ones that still count" if dropped else ""
        report.fail(
            table.id,
            f"{table.qualified} has {living} columns{also}",
            {"columns": living, "dropped": dropped, "limit": limit},
        )


RULE = Rule(
    id="column-count-limit",
    title="Tables have fewer than 50 columns",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="A table has fewer than 50 columns (column-max), dropped ones counted.",
    why="Every update writes the whole row again, so that rarely used columns make the busy ones slow. Dropped columns "
    "count towards the limit of 1,600 until the table is rewritten by hand.",
    source="https://www.postgresql.org/docs/current/limits.html",
    looks_at="pg_class.relnatts, pg_attribute",
    each_table=check,
    not_applicable_when="there is no table",
)
