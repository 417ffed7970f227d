"""The key comes first."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at whether the columns of the primary key are the table's first, in any order."""
    key = table.primary_key
    if key is None:
        return
    report.checked()
    first = {c.number for c in table.columns[: len(key.columns)]}
    if first != set(key.columns):
        report.fail(
            table.id,
            f"the primary key of {table.qualified} is ({listed(table.column_names(key.columns))}), but its first "
            f"columns are ({listed(c.name for c in table.columns[: len(key.columns)])})",
            {"key": table.column_names(key.columns)},
            related=(table.constraint_id(key),),
        )


RULE = Rule(
    id="pk-columns-first",
    title="Key columns come first",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="The columns of the primary key are the first of the table, in any order.",
    why="People read a table from the left. Nothing else depends on it, and the order of columns cannot be changed "
    "later without writing the table anew.",
    source="https://www.postgresql.org/docs/current/ddl-basics.html",
    looks_at="pg_constraint.conkey, pg_attribute.attnum",
    each_table=check,
    not_applicable_when="no table has a primary key",
    optional=True,
)
