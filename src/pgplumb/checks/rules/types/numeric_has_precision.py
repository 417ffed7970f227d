"""Amounts of money state their precision."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import NUMERIC, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import sounds_like_money
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_NUMERIC = frozenset((NUMERIC,))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for numeric without precision and scale where the name sounds like money."""
    kinds = leaves(facts.catalog)
    numerics = kinds.made_of(_NUMERIC)
    for column in [c for c in table.columns if c.type_oid in numerics]:
        if not sounds_like_money(column.name):
            continue
        report.checked()
        if column.typmod < 0 and kinds[column.type_oid].typmod < 0:
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{part(column.name)} is numeric without precision: it takes any number of decimals",
                {"type": "numeric"},
                related=(table.id,),
            )


RULE = Rule(
    id="numeric-has-precision",
    title="Money states its precision",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="numeric columns that are named like an amount of money have a precision and scale.",
    why="Without a scale each writer rounds for itself, so that totals differ by fractions of a cent. A precision "
    "also stops amounts that can only be mistakes.",
    source="https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL",
    looks_at="pg_attribute (attname, atttypid, atttypmod), pg_type.typtypmod",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no numeric column is named like money",
)
