"""Names are in snake case."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Constraint, Index, Relation
from pgplumb.checks import named_objects as named
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_SNAKE = re.compile(r"[a-z_][a-z0-9_]*\Z").match
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def snake(name: str) -> str:
    """Return a name in snake case: `userID` becomes user_id, `2fa-code` becomes _2fa_code."""
    written = _OTHER.sub("_", _HUMP.sub("_", name).lower()).strip("_") or "_"
    return "_" + written if written[0].isdigit() else written


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at all names of a relation; what the server named after a bad one is not blamed."""
    if not named.is_named(relation):
        return
    report.checked()
    if not _SNAKE(relation.name):
        report.fail(
            relation.id, _message(named.word(relation), relation.name), {"suggested": snake(relation.name)}
        )
    if not named.has_named_columns(relation):
        return
    columns = relation.columns
    report.checked(len(columns))
    for column in [c for c in columns if not _SNAKE(c.name)]:
        report.fail(
            relation.column_id(column),
            f"the column {part(column.name)} of {relation.qualified} has to be quoted everywhere",
            {"suggested": snake(column.name)},
            related=(relation.id,),
        )
    _parts(relation, report)


def check_others(facts: Facts, report: Report) -> None:
    """Look at the names of what is no relation."""
    for kind, name, object_id in named.others(facts.catalog):
        report.checked()
        if not _SNAKE(name):
            report.fail(object_id, _message(kind, name), {"suggested": snake(name)})


def _parts(table: Relation, report: Report) -> None:
    """Judge names of constraints and indexes, but for those that hold a bad name of the table or its columns."""
    bad: list[str] | None = None
    owned: list[Constraint | Index] = [*named.own_constraints(table), *named.own_indexes(table)]
    report.checked(len(owned))
    for thing in owned:
        name = thing.name
        if _SNAKE(name):
            continue
        if bad is None:
            bad = [n for n in (table.name, *(c.name for c in table.columns)) if not _SNAKE(n)]
        if any(b in name for b in bad):
            continue
        kind = "index" if isinstance(thing, Index) else "constraint"
        object_id = table.index_id(thing) if isinstance(thing, Index) else table.constraint_id(thing)
        report.fail(
            object_id,
            _message(kind, name),
            {"suggested": snake(name)},
            related=(table.id,),
            fix=Fix("rename", {"object": object_id, "name": snake(name)}),
        )


def _message(kind: str, name: str) -> str:
    return f"the {kind} name {part(name)} has to be quoted everywhere"


RULE = Rule(
    id="snake-case-names",
    title="Names are in snake case",
    category=Category.NAMING,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Names of schemas, relations, columns, functions, types, constraints and indexes match "
    "^[a-z_][a-z0-9_]*$; partitions and what the server named after a bad name are left out.",
    why="PostgreSQL folds unquoted names to lower case, so that any other name must be quoted in every query, for "
    "ever, and typing it without quotes gives an error about a name that looks the same.",
    source="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
    looks_at="pg_class, pg_attribute, pg_constraint, pg_proc, pg_namespace, pg_type",
    each_object=check,
    whole=check_others,
    whole_reads=named.OTHERS,
    not_applicable_when="nothing has a name",
)
