"""Drop a constraint; the way back is its definition."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import constraint_ddl, find
from pgplumb.migrate.intents.parts.index_ddl import shape_of
from pgplumb.migrate.intents.parts.quoting import name, names


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write DROP CONSTRAINT: short locks, on the referenced table too where it is a foreign key."""
    table = find.table(catalog, fields.text("table"))
    constraint = find.constraint(table, fields.text("constraint"))
    if constraint.parent:
        raise Unwritable(f"{constraint.name} is a part of the partitioned table's constraint")
    up = script(f"ALTER TABLE {find.sql_name(table)} DROP CONSTRAINT {name(constraint.name)}")
    try:
        down = script(*_restore(catalog, table, constraint))
    except Unwritable:
        down = None
    return Change(up, down, online=True)


def _restore(catalog: Catalog, table: Relation, constraint: Constraint) -> list[str]:
    if constraint.kind in "cfn":
        text = constraint_ddl.definition(catalog, table, constraint)
        statements, _ = constraint_ddl.add(catalog, table, constraint.name, text)
        return statements if constraint.validated else statements[:1]
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
    fields=(Field("table", "the table, as schema.name"), Field("constraint", "the constraint's name")),
    write=write,
)
