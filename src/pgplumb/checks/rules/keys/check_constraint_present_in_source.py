"""Prices and quantities are not negative."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import FLOAT4, FLOAT8, INTEGERS, NUMERIC, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part
from pgplumb.sql.quote import quote_identifier

_NUMBERS = INTEGERS | {NUMERIC, FLOAT4, FLOAT8}
_COUNTED = vocabulary("price quantity qty cents stock capacity seats")
_SIGNED = vocabulary(
    """refund refunds refunded adjustment adjustments correction corrections delta diff difference change changes
    balance offset credit credits debit net ledger movement movements transaction transactions entry entries"""
)
"""Words of columns and tables in which a minus sign means something."""


@lru_cache(maxsize=16384)
def is_quantity(name: str) -> bool:
    """Whether a name says how much or how many there is of something, by its last word."""
    found = words(name)
    return not _COUNTED.isdisjoint(found[-1:]) and _SIGNED.isdisjoint(found)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a CHECK or a domain on each such number."""
    columns = [c for c in table.columns if is_quantity(c.name) and not c.generated]
    if not columns or not _SIGNED.isdisjoint(words(table.name)):
        return
    kinds = leaves(facts.catalog)
    held = {n for c in table.constraints if c.kind in "cf" for n in c.columns}
    for column in columns:
        leaf = kinds[column.type_oid]
        if leaf.is_array or leaf.oid not in _NUMBERS:
            continue
        report.checked()
        if leaf.is_domain or column.number in held:
            continue
        report.fail(
            table.column_id(column),
            f"nothing keeps {table.qualified}.{part(column.name)} from being negative",
            {"column": column.name},
            related=(table.id,),
            fix=Fix(
                "add-check",
                {
                    "table": table.qualified,
                    "columns": (column.name,),
                    "expression": f"{quote_identifier(column.name)} >= 0",
                },
            ),
        )


RULE = Rule(
    id="check-constraint-present-in-source",
    title="Prices and quantities cannot be negative",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Numbers named price, quantity, qty, cents, stock, capacity or seats have a CHECK or a domain; those of "
    "refunds, adjustments, balances and ledgers are not meant.",
    why="A sign that is lost in some form ends up in every sum. The CHECK is read once per written row and says the "
    "rule to every client at once.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    looks_at="pg_attribute (attname, atttypid), pg_constraint (contype c, conkey)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no number is named as a price or a quantity",
)
