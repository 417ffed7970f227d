"""Some column beside the key is required."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for one NOT NULL column outside the primary key; tables that are all key are left out."""
    key = table.primary_key
    numbers = key.columns if key is not None else ()
    catalog = facts.catalog
    others = 0
    for column in table.columns:
        if column.number in numbers:
            continue
        others += 1
        if rejects_null(catalog, column):
            report.checked()
            return
    if others:
        report.checked()
        beside = " beside its primary key" if numbers else ""
        report.fail(
            table.id,
            f"every column of {table.qualified}{beside} may be null: a row of nothing at all is accepted",
            {"columns": others},
        )


RULE = Rule(
    id="table-has-required-column",
    title="Tables require something of a row",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="At least one column outside the primary key is NOT NULL.",
    why="Where everything may be missing, every reader has to think of every combination. What each row must have "
    "is known when the table is made and rarely later.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL",
    looks_at="pg_attribute.attnotnull, pg_type.typnotnull",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no table has columns beside its primary key",
)
