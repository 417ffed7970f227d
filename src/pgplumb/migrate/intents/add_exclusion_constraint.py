"""Forbid rows that overlap. PostgreSQL has no way to do this beside writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, long
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ADD CONSTRAINT ... EXCLUDE: its index takes about 90 times as long as a btree, and everybody waits."""
    table = find.table(catalog, fields.text("table"))
    if table.kind == "p" and catalog.server_version < 170000:
        raise Unwritable("exclusion constraints of partitioned tables came with PostgreSQL 17")
    taken = naming.relation_taken(catalog, table.schema)
    constraint = fields.text("name", "") or naming.constraint_name(table, (), "excl", taken)
    alter = f"ALTER TABLE {find.sql_name(table)}"
    text = f"EXCLUDE USING {name(fields.text('method', 'gist'))} ({fields.text('elements')})"
    text += f" WHERE ({fields.text('where')})" if fields.has("where") else ""
    up, down = (
        f"{alter} ADD CONSTRAINT {name(constraint)} {text}",
        f"{alter} DROP CONSTRAINT {name(constraint)}",
    )
    empty = is_empty(catalog, table)
    about = "build the index" if empty else "build the index while readers and writers wait"
    title = (
        "Direct: the table has no rows"
        if empty
        else "Direct: readers and writers wait; there is no other form"
    )
    return (direct(title, long(up, down, about), online=empty),)


INTENT = Intent(
    name="add-exclusion-constraint",
    title="Forbid rows that overlap",
    group="Constraint",
    about="No two rows may conflict under operators: bookings of one room do not overlap.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("elements", "what must not coincide: room WITH =, during WITH && (scalars need btree_gist)"),
        Field(
            "method", "gist by default", required=False, kind="choice", choices=("gist", "spgist", "btree")
        ),
        Field("where", "only among these rows", required=False, kind="expression"),
        Field("name", "its name; <table>_excl by default", required=False, kind="name"),
    ),
    plan=plan,
)
