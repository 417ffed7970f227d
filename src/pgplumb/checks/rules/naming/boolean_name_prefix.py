"""Booleans are named as questions."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import BOOL, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_PREFIXES = vocabulary("is has can was should needs allows may must did will")
_BOOL = frozenset((BOOL,))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the first word of each boolean's name."""
    kinds = leaves(facts.catalog)
    booleans = kinds.made_of(_BOOL)
    for column in [c for c in table.columns if c.type_oid in booleans and not kinds[c.type_oid].is_array]:
        report.checked()
        if _PREFIXES.isdisjoint(words(column.name)[:1]):
            report.fail(
                table.column_id(column),
                f"the boolean {table.qualified}.{part(column.name)} is not named as a question",
                {"column": column.name},
                related=(table.id,),
            )


RULE = Rule(
    id="boolean-name-prefix",
    title="Booleans are named as questions",
    category=Category.NAMING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Names of boolean columns begin with is, has, can, was, should, needs, allows, may, must, did or will.",
    why="is_active can only be yes or no, active might be a date or a number. It is a convention and no more: turn it "
    "on where your code has it too.",
    source="https://www.postgresql.org/docs/current/datatype-boolean.html",
    looks_at="pg_attribute (attname, atttypid)",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="there is no boolean column",
    optional=True,
)
