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


_KEYS = {"materialized view": "view", "foreign table": "table"}
"""What has no pattern of its own in a profile."""


def fits(kind: str, name: str, facts: Facts) -> bool:
    """Whether a name is as the profile wants it for its kind, or in snake case where it says nothing."""
    own = facts.profile.naming.get(_KEYS.get(kind, kind)) if facts.profile.naming else None
    return bool(_SNAKE(name) if own is None else named.pattern(own).match(name))


def _fail(object_id: str, kind: str, name: str, facts: Facts, report: Report, *, of: Relation | None) -> None:
    own = facts.profile.naming.get(_KEYS.get(kind, kind))
    where = f" of {of.qualified}" if of is not None else ""
    wrong = "has to be quoted everywhere" if own is None else f"does not match {own}"
    what = f"the {kind} {part(name)}{where}" if of is not None else f"the {kind} name {part(name)}"
    report.fail(
        object_id,
        f"{what} {wrong}",
        {"suggested": snake(name)} if own is None else {"pattern": own},
        related=(of.id,) if of is not None else (),
    )


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at all names of a relation; what the server named after a bad one is not blamed."""
    if not named.is_named(relation):
        return
    report.checked()
    kind = named.word(relation)
    if not fits(kind, relation.name, facts):
        _fail(relation.id, kind, relation.name, facts, report, of=None)
    if not named.has_named_columns(relation):
        return
    columns = relation.columns
    report.checked(len(columns))
    for column in [c for c in columns if not fits("column", c.name, facts)]:
        _fail(relation.column_id(column), "column", column.name, facts, report, of=relation)
    _parts(relation, report)


def check_others(facts: Facts, report: Report) -> None:
    """Look at the names of what is no relation."""
    for kind, name, object_id in named.others(facts.catalog):
        report.checked()
        if not fits(kind, name, facts):
            _fail(object_id, kind, name, facts, report, of=None)


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
    "^[a-z_][a-z0-9_]*$, or what [naming] of the profile says; partitions and what the server named after a bad name "
    "are left out.",
    why="PostgreSQL folds unquoted names to lower case, so that any other name must be quoted in every query, for "
    "ever, and typing it without quotes gives an error about a name that looks the same.",
    source="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
    looks_at="pg_class, pg_attribute, pg_constraint, pg_proc, pg_namespace, pg_type",
    each_object=check,
    whole=check_others,
    whole_reads=named.OTHERS,
    not_applicable_when="nothing has a name",
)
