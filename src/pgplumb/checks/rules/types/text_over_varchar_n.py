"""Strings are text."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import TEXT, VARCHAR, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_CODES = vocabulary(
    """iso currency country locale lang language bic swift iban isin ean gtin upc vin plz timezone msisdn"""
)
_LONGEST_CODE = 35
_STRINGS = frozenset((TEXT, VARCHAR))


def is_contract(name: str, length: int) -> bool:
    """Whether somebody else fixed the length: ISO codes, IBANs."""
    return length <= 3 or (length <= _LONGEST_CODE and not _CODES.isdisjoint(words(name)))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a length at varchar columns; a domain states its length in one place, which is fine."""
    kinds = leaves(facts.catalog)
    strings = kinds.made_of(_STRINGS)
    columns = [c for c in table.columns if c.type_oid in strings]
    report.checked(len(columns))
    for column in columns:
        if column.typmod < 0:
            continue
        leaf = kinds[column.type_oid]
        if leaf.oid != VARCHAR or leaf.is_domain:
            continue
        length = column.typmod - 4
        if is_contract(column.name, length):
            continue
        ending = "[]" if leaf.is_array else ""
        key = table.partition_key
        changeable = not column.generated and (key is None or column.number not in key.columns)
        report.fail(
            table.column_id(column),
            f"{table.qualified}.{part(column.name)} is varchar({length}){ending}: raising the limit one day needs "
            "a migration, and text is as fast",
            {"length": length},
            related=(table.id,),
            fix=Fix("change-type", {"table": table.qualified, "column": column.name, "type": f"text{ending}"})
            if changeable
            else None,
        )


RULE = Rule(
    id="text-over-varchar-n",
    title="Strings are text",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No column is varchar(n), but for lengths that somebody else fixed: up to 3, or named for "
    "a standard (currency, iban).",
    why="PostgreSQL stores text and varchar alike, so that a length saves nothing and only makes inserts fail. Where "
    "a limit is meant, a CHECK states it and can be changed without touching the type.",
    source="https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_varchar.28n.29_by_default",
    looks_at="pg_attribute (atttypid, atttypmod)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="no column is text or varchar",
)
