"""Add a unique constraint by an index that is built beside the writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, index_ddl, naming
from pgplumb.migrate.intents.parts.quoting import name, names
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import alone, direct, long, online, ordered
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """The unique index and the constraint that takes it over; an existing index can be named."""
    table = find.table(catalog, fields.text("table"))
    alter = f"ALTER TABLE {find.sql_name(table)}"
    if fields.has("index"):
        return (_from_index(catalog, fields, alter),)
    columns = fields.names("columns")
    find.columns(table, columns)
    taken = naming.relation_taken(catalog, table.schema)
    key = fields.text("name", "") or naming.constraint_name(table, columns, "key", taken)
    undo = f"{alter} DROP CONSTRAINT {name(key)}"
    nulls = fields.flag("nulls_not_distinct")
    if nulls and catalog.server_version < 150000:
        raise Unwritable("NULLS NOT DISTINCT came with PostgreSQL 15")
    words = "UNIQUE NULLS NOT DISTINCT" if nulls else "UNIQUE"
    up = f"{alter} ADD CONSTRAINT {name(key)} {words} ({names(columns)})"
    empty = is_empty(catalog, table)
    one = direct(
        "Direct: one statement that builds the index under its lock",
        long(up, undo, "build the constraint under the lock"),
        online=empty,
    )
    if any(leaf.kind != "r" for leaf in find.leaves(catalog, table)):
        return (one,)
    found = index_ddl.keyed(catalog, table, key, columns, primary=False, nulls=nulls)
    return ordered(online("Online: build the index first", *found), one, empty)


def _from_index(catalog: Catalog, fields: Fields, alter: str) -> Strategy:
    table, index = find.index(catalog, fields.text("index"))
    if not index.is_unique or index.has_predicate or index.has_expressions:
        raise Unwritable(f"{index.name} cannot back a unique constraint")
    if any(c.index == index.oid and c.kind in "pux" for c in table.constraints):
        raise Unwritable(f"{index.name} backs a constraint already")
    key = fields.text("name", index.name)
    up = f"{alter} ADD CONSTRAINT {name(key)} UNIQUE USING INDEX {name(index.name)}"
    again = index_ddl.shape_of(catalog, table, index).statement(index.name, table, concurrently=True)
    down = [f"{alter} DROP CONSTRAINT {name(key)}", again]
    step = alone(up, down, "make the index a constraint", phase="switch", waits_for="", lock_timeout="2s")
    return direct("Direct: the index becomes a constraint", step)


INTENT = Intent(
    name="add-unique",
    title="Add a unique constraint without blocking writers",
    group="Constraint",
    about="No two rows with the same values, out of an index that is built beforehand.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("columns", "the columns that must be unique together", required=False, kind="columns"),
        Field("index", "or a unique index that exists, as schema.name", required=False, kind="index"),
        Field(
            "nulls_not_distinct", "whether nulls count as equal (PostgreSQL 15)", required=False, kind="flag"
        ),
        Field("name", "the constraint's name; <table>_<columns>_key by default", required=False, kind="name"),
    ),
    plan=plan,
)
