"""Drop a constraint; the way back is its definition."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import constraint_ddl, find
from pgplumb.migrate.intents.parts.index_ddl import shape_of
from pgplumb.migrate.intents.parts.quoting import literal, name, names
from pgplumb.migrate.intents.parts.steps import alone, direct
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """DROP CONSTRAINT: short locks, on the referenced table too where it is a foreign key."""
    table = find.table(catalog, fields.text("table"))
    constraint = find.constraint(table, fields.text("constraint"))
    if constraint.parent:
        raise Unwritable(f"{constraint.name} is a part of the partitioned table's constraint")
    up = f"ALTER TABLE {find.sql_name(table)} DROP CONSTRAINT {name(constraint.name)}"
    try:
        down = restore(catalog, table, constraint)
    except Unwritable:
        down = None
    step = alone(
        up,
        down,
        "drop the constraint",
        phase="contract",
        waits_for="readers and writers of the referenced table too" if constraint.kind == "f" else "",
        lock_timeout="2s",
        statement_timeout="5s",
    )
    return (direct("Direct: drop it under a short lock", step),)


def restore(catalog: Catalog, table: Relation, constraint: Constraint) -> list[str]:
    """Return the statements that make a constraint as it is now, each to be run by itself. Raises Unwritable."""
    if constraint.kind in "cfn":
        text = constraint_ddl.definition(catalog, table, constraint)
        found, _ = constraint_ddl.steps(catalog, table, constraint.name, text, valid=constraint.validated)
        made = [step.up for step in found]
    else:
        made = _with_index(catalog, table, constraint)
    if constraint.comment:
        on = f"{name(constraint.name)} ON {find.sql_name(table)}"
        made.append(f"COMMENT ON CONSTRAINT {on} IS {literal(constraint.comment)}")
    return made


def _with_index(catalog: Catalog, table: Relation, constraint: Constraint) -> list[str]:
    words = {"p": "PRIMARY KEY", "u": "UNIQUE"}.get(constraint.kind)
    index = next((i for i in table.indexes if i.oid == constraint.index), None)
    if words is None or index is None:
        raise Unwritable(f"the definition of {constraint.name} was not read")
    alter = f"ALTER TABLE {find.sql_name(table)} ADD CONSTRAINT {name(constraint.name)} {words}"
    timing = constraint_ddl.timing(constraint)
    if table.kind == "p":
        nulls = " NULLS NOT DISTINCT" if index.nulls_not_distinct else ""
        return [f"{alter}{nulls} ({names(table.column_names(constraint.columns))}){timing}"]
    built = shape_of(catalog, table, index).statement(index.name, table, concurrently=True)
    return [built, f"{alter} USING INDEX {name(index.name)}{timing}"]


INTENT = Intent(
    name="drop-constraint",
    title="Drop a constraint",
    group="Constraint",
    about="Rows need no longer satisfy it.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("constraint", "the constraint's name", kind="constraint"),
    ),
    plan=plan,
)
