"""Tables say something about their rows."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Count columns; a key that others refer to is a list of what there may be."""
    report.checked()
    number = len(table.columns)
    if number >= 2 or (number and table.primary_key is not None):
        return
    if facts.catalog.children.get(table.oid):
        return
    report.fail(
        table.id,
        f"{table.qualified} has {'one column that is no key' if number else 'no column'}",
        {"columns": number},
    )


RULE = Rule(
    id="table-has-two-columns",
    title="Tables have more than one column",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every table has at least two columns, or one that is its primary key: a list of what there may be.",
    why="A single column without a key holds values that nothing tells apart and nothing explains. Such tables are "
    "mostly left over from an import or a test.",
    source="https://www.postgresql.org/docs/current/ddl-basics.html",
    looks_at="pg_attribute, pg_constraint (contype p)",
    each_table=check,
    not_applicable_when="there is no table",
)
