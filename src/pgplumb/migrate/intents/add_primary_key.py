"""Give a table a primary key, by an index that is built beside the writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.index_ddl import IndexShape
from pgplumb.migrate.intents.parts.not_null import allow_nulls, forbid_nulls
from pgplumb.migrate.intents.parts.quoting import name, names


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write the key over columns that exist, or over a new identity column where none are given."""
    table = find.table(catalog, fields.text("table"))
    if table.primary_key is not None:
        raise Unwritable(f"{table.qualified} has a primary key")
    columns = fields.names("columns", ())
    if columns:
        return _over(catalog, table, columns, fields)
    column = fields.text("column", "id")
    if table.column_named(column) is not None:
        raise Unwritable(f"{table.qualified} has a column {column} already")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    added = f"{alter} ADD COLUMN {name(column)} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    return Change(script(added), script(f"{alter} DROP COLUMN {name(column)}"), online=False)


def _over(catalog: Catalog, table: Relation, columns: tuple[str, ...], fields: Fields) -> Change:
    alter = f"ALTER TABLE {find.sql_name(table)}"
    found = find.columns(table, columns)
    nullable = [c for c in found if not c.not_null]
    taken = naming.relation_taken(catalog, table.schema)
    key = fields.text("name", "") or naming.constraint_name(table, (), "pkey", taken)
    undo = script(f"{alter} DROP CONSTRAINT {name(key)}", *allow_nulls(table, nullable))
    if table.kind == "p":
        up = f"{alter} ADD CONSTRAINT {name(key)} PRIMARY KEY ({names(columns)})"
        return Change(script(up), undo, online=False)
    statements = [s for column in nullable for s in forbid_nulls(catalog, table, column)]
    shape = IndexShape("btree", names(columns), unique=True)
    statements.append(shape.statement(key, table, concurrently=True))
    statements.append(f"{alter} ADD CONSTRAINT {name(key)} PRIMARY KEY USING INDEX {name(key)}")
    return Change(script(*statements), undo, online=True)


INTENT = Intent(
    name="add-primary-key",
    title="Add a primary key without blocking writers",
    fields=(
        Field("table", "the table, as schema.name"),
        Field("columns", "the key's columns; without them a new identity column is added", required=False),
        Field("column", "the new column's name, id by default", required=False),
        Field("name", "the constraint's name; <table>_pkey by default", required=False),
    ),
    write=write,
)
