"""Add a unique constraint by an index that is built beside the writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.index_ddl import IndexShape
from pgplumb.migrate.intents.parts.quoting import name, names


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write the unique index and the constraint that takes it over; an existing index can be named."""
    table = find.table(catalog, fields.text("table"))
    alter = f"ALTER TABLE {find.sql_name(table)}"
    if fields.has("index"):
        return _from_index(catalog, fields, alter)
    columns = fields.names("columns")
    find.columns(table, columns)
    taken = naming.relation_taken(catalog, table.schema)
    key = fields.text("name", "") or naming.constraint_name(table, columns, "key", taken)
    undo = script(f"{alter} DROP CONSTRAINT {name(key)}")
    nulls = fields.flag("nulls_not_distinct")
    if table.kind == "p":
        words = "UNIQUE NULLS NOT DISTINCT" if nulls else "UNIQUE"
        up = script(f"{alter} ADD CONSTRAINT {name(key)} {words} ({names(columns)})")
        return Change(up, undo, online=False)
    shape = IndexShape("btree", names(columns), unique=True, nulls_not_distinct=nulls)
    built = shape.statement(key, table, concurrently=True)
    return Change(
        script(built, f"{alter} ADD CONSTRAINT {name(key)} UNIQUE USING INDEX {name(key)}"), undo, True
    )


def _from_index(catalog: Catalog, fields: Fields, alter: str) -> Change:
    table, index = find.index(catalog, fields.text("index"))
    if not index.is_unique or index.has_predicate or index.has_expressions:
        raise Unwritable(f"{index.name} cannot back a unique constraint")
    if any(c.index == index.oid and c.kind in "pux" for c in table.constraints):
        raise Unwritable(f"{index.name} backs a constraint already")
    key = fields.text("name", index.name)
    up = script(f"{alter} ADD CONSTRAINT {name(key)} UNIQUE USING INDEX {name(index.name)}")
    shape = IndexShape(
        "btree",
        names(table.column_names(index.key_columns)),
        names(table.column_names(index.included)),
        unique=True,
        nulls_not_distinct=index.nulls_not_distinct,
    )
    again = shape.statement(index.name, table, concurrently=True)
    return Change(up, script(f"{alter} DROP CONSTRAINT {name(key)}", again), online=True)


INTENT = Intent(
    name="add-unique",
    title="Add a unique constraint without blocking writers",
    fields=(
        Field("table", "the table, as schema.name"),
        Field("columns", "the columns that must be unique together", required=False),
        Field("index", "or a unique index that exists, as schema.name", required=False),
        Field("nulls_not_distinct", "whether nulls count as equal (PostgreSQL 15)", required=False),
        Field("name", "the constraint's name; <table>_<columns>_key by default", required=False),
    ),
    write=write,
)
