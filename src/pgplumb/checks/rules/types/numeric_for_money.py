"""Money is numeric."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import FLOAT4, FLOAT8, INTEGERS, MONEY, NUMERIC, leaves, type_text
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.name_words import sounds_like_money
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_FLOATS = frozenset((FLOAT4, FLOAT8))
_NUMBERS = INTEGERS | _FLOATS | {NUMERIC, MONEY}


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for money, and for floats that are named like an amount of money."""
    kinds = leaves(facts.catalog)
    numbers = kinds.made_of(_NUMBERS)
    for column in [c for c in table.columns if c.type_oid in numbers]:
        leaf = kinds[column.type_oid]
        if leaf.oid != MONEY and not sounds_like_money(column.name):
            continue
        report.checked()
        if leaf.oid != MONEY and leaf.oid not in _FLOATS:
            continue
        shown = type_text(facts.catalog, column.type_oid, column.typmod)
        harm = (
            "what its values mean hangs on lc_monetary"
            if leaf.oid == MONEY
            else "binary fractions cannot hold most cents, and sums drift"
        )
        plain = column.type_oid == leaf.oid and not column.generated
        report.fail(
            table.column_id(column),
            f"{table.qualified}.{part(column.name)} holds money as {shown}: {harm}",
            {"type": shown},
            related=(table.id,),
            fix=Fix("change-type", {"table": table.qualified, "column": column.name, "type": "numeric(19,4)"})
            if plain
            else None,
        )


RULE = Rule(
    id="numeric-for-money",
    title="Money is numeric",
    category=Category.TYPES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No column is money, and none that is named like an amount of money is real or double precision.",
    why="Floating point cannot represent most decimal fractions, so that sums of cents drift. money has the digits "
    "and the currency of a server setting and changes its meaning with it.",
    source="https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_money",
    looks_at="pg_attribute (attname, atttypid), pg_type (typelem, typbasetype)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column holds money",
)
