"""Integer primary keys are bigint."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import INT2, INT4, leaves
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

LOOKUP_ROWS = 1000
_UPPER_BOUND = re.compile(r"<(?!>)|= ANY")


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the integer columns of the primary key that get new values here, not from a parent."""
    key = table.primary_key
    if key is None:
        return
    kinds = leaves(facts.catalog)
    columns = [c for number in key.columns if (c := table.column(number)) is not None]
    inherited = None
    for column in columns:
        kind = kinds[column.type_oid].oid
        if kind not in (INT2, INT4):
            report.checked()
            continue
        if inherited is None:
            inherited = foreign_key_columns(table)
        generated = is_generated(column)
        # A number within a composite key counts inside its parent and stays small.
        if column.number in inherited or (len(columns) > 1 and not generated):
            continue
        report.checked()
        bounded = _is_bounded(table, column)
        if isinstance(bounded, Unread):
            report.unknown(f"a check on {table.qualified} is not known: {bounded.reason}")
        elif not bounded and (generated or not _is_lookup(rows(table, facts), kind)):
            _fail(table, column, kind, facts, report)


def is_generated(column: Column) -> bool:
    """Whether the column counts up by itself: an identity or the default of a sequence."""
    return bool(column.identity) or (isinstance(column.default, str) and "nextval(" in column.default)


def _is_bounded(table: Relation, column: Column) -> bool | Unread:
    """Whether a CHECK of this column alone limits it upwards."""
    answer: bool | Unread = False
    for constraint in table.constraints:
        if constraint.kind == "c" and constraint.columns == (column.number,):
            text = constraint.expression
            if isinstance(text, Unread):
                answer = text
            elif text and _UPPER_BOUND.search(text):
                return True
    return answer


def _is_lookup(count: float | None, kind: int) -> bool:
    """Whether a table of codes that people give out stays small: smallint says so, else few rows counted."""
    if kind == INT2:
        return count is None or count <= LOOKUP_ROWS
    return count is not None and 0 < count <= LOOKUP_ROWS


def _fail(table: Relation, column: Column, kind: int, facts: Facts, report: Report) -> None:
    limit = 2**15 - 1 if kind == INT2 else 2**31 - 1
    word = "smallint" if kind == INT2 else "integer"
    count = rows(table, facts)
    referencing = sorted(
        child.constraint_id(key)
        for child, key in facts.catalog.referencing.get(table.oid, ())
        if not key.parent
    )
    report.fail(
        table.column_id(column),
        f"the primary key {part(column.name)} of {table.qualified} is {word}: inserts fail after {limit:,} values",
        {
            "type": word,
            "limit": limit,
            "rows": None if count is None else int(count),
            "generated": is_generated(column),
        },
        related=(table.id, *referencing),
        fix=Fix("change-type", {"table": table.qualified, "column": column.name, "type": "bigint"}),
    )


RULE = Rule(
    id="pk-bigint-or-uuid",
    title="Primary keys do not run out of numbers",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Integer primary key columns are bigint, limited upwards by a CHECK, numbers within a parent's key, or "
    "codes of a small table that no sequence counts up.",
    why="An integer key fails all inserts at 2,147,483,647, deleted and rolled back rows counted. Widening it "
    "later rewrites the table and every table that refers to it.",
    source="https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT",
    looks_at="pg_constraint.conkey, pg_attribute (atttypid, attidentity), pg_attrdef, pg_class.reltuples",
    each_table=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a CHECK could not be read because its table is locked",
    not_applicable_when="no primary key column gets its values here",
)
