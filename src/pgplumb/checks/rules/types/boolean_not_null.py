"""Booleans are true or false."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import BOOL, leaves, rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_BOOL = frozenset((BOOL,))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for boolean columns that take null or have no default."""
    kinds = leaves(facts.catalog)
    booleans = kinds.made_of(_BOOL)
    for column in [c for c in table.columns if c.type_oid in booleans]:
        leaf = kinds[column.type_oid]
        if leaf.is_array:
            continue
        report.checked()
        required = rejects_null(facts.catalog, column)
        if required and (column.has_default or leaf.is_domain):
            continue
        missing = "a default" if required else "NOT NULL" if column.has_default else "NOT NULL and a default"
        where: dict[str, Value] = {"table": table.qualified, "column": column.name}
        report.fail(
            table.column_id(column),
            f"the boolean {table.qualified}.{part(column.name)} lacks {missing}",
            {"not_null": required, "default": column.has_default},
            related=(table.id,),
            fix=_fix(where, required, column.has_default),
        )


def _fix(where: dict[str, Value], required: bool, has_default: bool) -> Fix:
    if required:
        return Fix("set-default", {**where, "default": "false"})
    return Fix("set-not-null", where if has_default else {**where, "default": "false"})


RULE = Rule(
    id="boolean-not-null",
    title="Booleans are NOT NULL with a default",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Boolean columns are NOT NULL and have a default.",
    why="A nullable boolean has three values, and WHERE NOT flag leaves the third one out. Where three are meant, a "
    "status says so better.",
    source="https://www.postgresql.org/docs/current/datatype-boolean.html",
    looks_at="pg_attribute (atttypid, attnotnull, atthasdef)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="there is no boolean column",
)
