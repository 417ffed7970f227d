"""No name was cut off."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
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


def _judge(object_id: str, kind: str, name: str, report: Report) -> None:
    if may_be_cut(name):
        report.fail(
            object_id,
            f"the {kind} name {part(name)} has 63 bytes: whatever was written after them was cut off silently",
            {"bytes": LONGEST},
        )


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for names of exactly 63 bytes: of a relation, its columns, constraints and indexes."""
    if not named.is_named(relation):
        return
    report.checked()
    _judge(relation.id, named.word(relation), relation.name, report)
    if not named.has_named_columns(relation):
        return
    columns = relation.columns
    constraints, indexes = named.own_constraints(relation), named.own_indexes(relation)
    report.checked(len(columns) + len(constraints) + len(indexes))
    for column in [c for c in columns if len(c.name) == LONGEST or not c.name.isascii()]:
        _judge(relation.column_id(column), "column", column.name, report)
    for constraint in [c for c in constraints if len(c.name) == LONGEST or not c.name.isascii()]:
        _judge(relation.constraint_id(constraint), "constraint", constraint.name, report)
    for index in [i for i in indexes if len(i.name) == LONGEST or not i.name.isascii()]:
        _judge(relation.index_id(index), "index", index.name, report)


def check_others(facts: Facts, report: Report) -> None:
    """Look at the names of what is no relation."""
    for kind, name, object_id in named.others(facts.catalog):
        report.checked()
        _judge(object_id, kind, name, report)


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
    each_object=check,
    whole=check_others,
    whole_reads=named.OTHERS,
    not_applicable_when="nothing has a name",
)
