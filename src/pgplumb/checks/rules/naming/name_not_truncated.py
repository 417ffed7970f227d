"""No name was cut off."""

from __future__ import annotations

from pgplumb.checks import named_objects as named
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

LONGEST = 63
"""NAMEDATALEN - 1, in bytes."""


def may_be_cut(name: str) -> bool:
    """Whether a name is as long as a name can be."""
    return len(name) == LONGEST if name.isascii() else len(name.encode()) == LONGEST


def check(facts: Facts, report: Report) -> None:
    """Look for names of exactly 63 bytes."""
    catalog = facts.catalog

    def fail(object_id: str, kind: str, name: str) -> None:
        report.fail(
            object_id,
            f"the {kind} name {part(name)} has 63 bytes: whatever was written after them was cut off silently",
            {"bytes": LONGEST},
        )

    for kind, name, object_id in named.everything(catalog):
        report.checked()
        if may_be_cut(name):
            fail(object_id, kind, name)
    for name, uses in named.columns_by_name(catalog).items():
        report.checked(len(uses))
        if may_be_cut(name):
            for table, column in uses:
                fail(table.column_id(column), "column", name)
    for table in named.tables(catalog):
        constraints, indexes = named.own_constraints(table), named.own_indexes(table)
        report.checked(len(constraints) + len(indexes))
        for constraint in [c for c in constraints if len(c.name) == LONGEST or not c.name.isascii()]:
            if may_be_cut(constraint.name):
                fail(table.constraint_id(constraint), "constraint", constraint.name)
        for index in [i for i in indexes if len(i.name) == LONGEST or not i.name.isascii()]:
            if may_be_cut(index.name):
                fail(table.index_id(index), "index", index.name)


RULE = Rule(
    id="name-not-truncated",
    title="No name was cut off",
    category=Category.NAMING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No name has exactly 63 bytes, the longest that there can be.",
    why="PostgreSQL cuts longer names with no more than a notice. Two names that differ only at the end then "
    "collide, and migrations look for an object that has another name.",
    source="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
    looks_at="pg_class, pg_attribute, pg_constraint, pg_proc, pg_namespace, pg_type",
    whole=check,
    reads=("catalog.relations", "catalog.functions", "catalog.types", "catalog.schemas"),
    not_applicable_when="nothing has a name",
)
