"""Give a table a primary key, by an index that is built beside the writers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, index_ddl, naming, not_null
from pgplumb.migrate.intents.parts.quoting import name, names
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, long, online, ordered
from pgplumb.migrate.plan import Step, Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """The key over columns that exist, or over a new identity column where none are given."""
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
    # Rows without a key cannot be walked in batches: numbering them means writing the table anew.
    step = long(added, f"{alter} DROP COLUMN {name(column)}", "number the rows, which writes the table anew")
    title = "Direct: readers and writers wait while rows are numbered; without a key they cannot be walked in batches"
    empty = is_empty(catalog, table)
    return (direct("Direct: a new identity column" if empty else title, step, online=empty),)


def _over(
    catalog: Catalog, table: Relation, columns: tuple[str, ...], fields: Fields
) -> tuple[Strategy, ...]:
    alter = f"ALTER TABLE {find.sql_name(table)}"
    nullable = [c for c in find.columns(table, columns) if not c.not_null]
    taken = naming.relation_taken(catalog, table.schema)
    key = fields.text("name", "") or naming.constraint_name(table, (), "pkey", taken)
    undo = f"{alter} DROP CONSTRAINT {name(key)}"
    allow = [f"{alter} ALTER COLUMN {name(c.name)} DROP NOT NULL" for c in nullable]
    up = f"{alter} ADD CONSTRAINT {name(key)} PRIMARY KEY ({names(columns)})"
    empty = is_empty(catalog, table)
    one = direct(
        "Direct: one statement that builds the index under its lock",
        long(up, [undo, *allow], "build the key under the lock"),
        online=empty,
    )
    leaves = find.leaves(catalog, table)
    if any(leaf.kind != "r" or leaf.primary_key is not None for leaf in leaves):
        return (one,)
    proved = [s for column in nullable for s in _proved(catalog, table, column)]
    found = index_ddl.keyed(catalog, table, key, columns, primary=True)
    if table.kind == "p" and catalog.server_version >= 180000 and len(nullable) < len(columns):
        # A NOT NULL that partitions have from their table is their own from then on; nothing makes it inherited again.
        found = [replace(found[0], reversible="shape"), *found[1:]]
    return ordered(online("Online: build the index first", *proved, *found), one, empty)


def _proved(catalog: Catalog, table: Relation, column: Column) -> list[Step]:
    """Return the steps of NOT NULL. Partitions keep theirs in PostgreSQL 18, since their keys made it their own."""
    first, *rest = not_null.steps(catalog, table, column)
    if table.kind == "p" and catalog.server_version >= 180000:
        drop = f"ALTER COLUMN {name(column.name)} DROP NOT NULL"
        parts = (f"ALTER TABLE {find.sql_name(child)} {drop};" for child in _descendants(catalog, table))
        first = replace(first, down="\n".join([first.down or "", *parts]))
    return [first, *rest]


def _descendants(catalog: Catalog, table: Relation) -> Iterator[Relation]:
    for child in catalog.children.get(table.oid, ()):
        yield child
        yield from _descendants(catalog, child)


INTENT = Intent(
    name="add-primary-key",
    title="Add a primary key without blocking writers",
    group="Constraint",
    about="The key that tells rows apart, out of an index that is built beforehand.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field(
            "columns",
            "the key's columns; without them a new identity column is added",
            required=False,
            kind="columns",
        ),
        Field("column", "the new column's name, id by default", required=False, kind="name"),
        Field("name", "the constraint's name; <table>_pkey by default", required=False, kind="name"),
    ),
    plan=plan,
)
