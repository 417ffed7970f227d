"""Constraints are named by their table."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.named_objects import own_constraints
from pgplumb.checks.named_objects import pattern as named_pattern
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_LONGEST = 63
_ENDINGS = {
    "f": re.compile(r"_(?:fkey|fk)(?:\d*|_\w+)\Z"),
    "p": re.compile(r"_(?:pkey|pk)\d*\Z"),
    "u": re.compile(r"_(?:key|uniq|unique|uq|uk|ukey)\d*\Z"),
    "c": re.compile(r"_\w+\Z"),
    "x": re.compile(r"_(?:excl|exclude)\d*\Z"),
}
_BEGINNINGS = {
    "f": ("fk_",),
    "p": ("pk_",),
    "u": ("uq_", "uk_", "ux_"),
    "c": ("ck_", "chk_", "check_"),
    "x": ("ex_", "excl_"),
}
_PATTERNS = {
    "f": "<table>_<columns>_fkey",
    "p": "<table>_pkey",
    "u": "<table>_<columns>_key",
    "c": "<table>_<columns>_check",
    "x": "<table>_<columns>_excl",
}


def follows(constraint: Constraint, table: Relation) -> bool:
    """Whether a name says table and kind, as the server's own names do or with the kind in front."""
    name, kind = constraint.name, constraint.kind
    if name.startswith(table.name + "_") and _ENDINGS[kind].search(name):
        return True
    if name.startswith(tuple(start + table.name for start in _BEGINNINGS[kind])):
        return True
    # The server shortens the table's name where the whole would be too long.
    return len(name.encode()) == _LONGEST and bool(_ENDINGS[kind].search(name))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Judge constraints of the table itself."""
    for constraint in own_constraints(table):
        if constraint.kind not in _PATTERNS:
            continue
        report.checked()
        own = facts.profile.naming.get(_KEYS[constraint.kind])
        if own is not None:
            _match(constraint, table, own, report)
        elif not follows(constraint, table):
            pattern = _PATTERNS[constraint.kind]
            report.fail(
                table.constraint_id(constraint),
                f"the constraint {part(constraint.name)} of {table.qualified} is not named {pattern}",
                {"pattern": pattern},
                related=(table.id,),
                fix=_fix(constraint, table, facts),
            )


_KEYS = {"f": "foreign_key", "p": "primary_key", "u": "unique", "c": "check", "x": "exclusion"}
"""What [naming] of a profile calls them."""


def _match(constraint: Constraint, table: Relation, own: str, report: Report) -> None:
    """Judge a name by the profile's own pattern."""
    columns = "_".join(table.column_names(constraint.columns))
    if not named_pattern(own, table.name, columns).match(constraint.name):
        report.fail(
            table.constraint_id(constraint),
            f"the constraint {part(constraint.name)} of {table.qualified} does not match {own}",
            {"pattern": own},
            related=(table.id,),
        )


def _fix(constraint: Constraint, table: Relation, facts: Facts) -> Fix | None:
    """Return the server's own name, where that is free and not too long; indexes take the name as well."""
    columns = table.column_names(constraint.columns) if constraint.kind != "p" else ()
    ending = _PATTERNS[constraint.kind].rpartition("_")[2]
    wanted = "_".join((table.name, *columns, ending))
    taken = {c.name for c in table.constraints} | {i.name for i in table.indexes}
    if len(wanted.encode()) > _LONGEST or wanted in taken or (table.schema, wanted) in facts.catalog.by_name:
        return None
    return Fix("rename", {"object": table.constraint_id(constraint), "name": wanted})


RULE = Rule(
    id="fk-constraint-name-convention",
    title="Constraints are named by their table",
    category=Category.NAMING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Names of keys, foreign keys, checks and exclusions begin with their table and end with their kind, as the "
    "server's own do (orders_customer_id_fkey), or begin with both (fk_orders_customer).",
    why="An error names the constraint and often nothing else. A name that says its table and kind can be understood "
    "without a look at the catalog; fk1 cannot.",
    source="https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-CONSTRAINT",
    looks_at="pg_constraint (conname, contype)",
    each_table=check,
    not_applicable_when="there is no constraint",
)
