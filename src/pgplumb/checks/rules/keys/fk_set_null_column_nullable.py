"""ON DELETE SET NULL meets columns that take null."""

from __future__ import annotations

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.predicate_text import tested_not_null
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the columns that SET NULL would set, on delete or on update of the parent."""
    for key in declared(table):
        on_delete, on_update = key.on_delete == "n", key.on_update == "n"
        if not (on_delete or on_update):
            continue
        report.checked()
        numbers = set(key.columns if on_update else key.set_columns or key.columns)
        guarded, unread = _guarded(table, numbers)
        columns = [c for number in sorted(numbers) if (c := table.column(number)) is not None]
        refusing = tuple(c.name for c in columns if rejects_null(facts.catalog, c) or c.name in guarded)
        if not refusing:
            if unread is not None:
                report.unknown(f"a check on {table.qualified} is not known: {unread.reason}")
            continue
        _fail(table, key, refusing, facts, report)


def _guarded(table: Relation, numbers: set[int]) -> tuple[set[str], Unread | None]:
    """Return which of some columns a CHECK keeps from being null, and why some check could not be read."""
    names: set[str] = set()
    unread = None
    for constraint in table.constraints:
        if constraint.kind == "c" and len(constraint.columns) == 1 and constraint.columns[0] in numbers:
            if isinstance(constraint.expression, Unread):
                unread = constraint.expression
            elif constraint.expression:
                names |= tested_not_null(constraint.expression)
    return names, unread


def _fail(table: Relation, key: Constraint, refusing: tuple[str, ...], facts: Facts, report: Report) -> None:
    parent = facts.catalog.relations.get(key.foreign_relation)
    event = "delete" if key.on_delete == "n" else "update"
    target = parent.qualified if parent else "the parent"
    report.fail(
        table.constraint_id(key),
        f"ON {event.upper()} SET NULL on {table.qualified} meets {listed(refusing)}, which takes no null: "
        f"each {event} of a referenced row of {target} fails",
        {"columns": table.column_names(key.columns), "not_null": refusing, "event": event},
        related=(parent.id,) if parent else (),
        fix=Fix(
            "replace-foreign-key",
            {"table": table.qualified, "constraint": key.name, f"on_{event}": "RESTRICT"},
        ),
    )


RULE = Rule(
    id="fk-set-null-column-nullable",
    title="SET NULL meets nullable columns",
    category=Category.KEYS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every column that ON DELETE (or ON UPDATE) SET NULL would set takes null.",
    why="The server accepts the combination and says nothing. The first delete of a referenced row then fails "
    "with a not-null violation that names the child table.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint (confdeltype, confdelsetcols), pg_attribute.attnotnull, pg_type.typnotnull",
    each_table=check,
    reads=("catalog.types",),
    unknown_when="a CHECK could not be read because its table is locked",
    not_applicable_when="no foreign key sets columns to null",
)
