"""Put rows into a table that the application counts on, as often as one likes."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name, names
from pgplumb.migrate.intents.parts.rows import key_of
from pgplumb.migrate.intents.parts.steps import direct, long
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """INSERT ... ON CONFLICT. The way back deletes these rows where they still have these values.

    A row that was there before with the same values goes too, and one that was updated keeps its new values:
    only the shape comes back.
    """
    table = find.table(catalog, fields.text("table"))
    columns = find.columns(table, fields.names("columns"))
    key = fields.names("key", key_of(table) if not fields.has("key") else ())
    find.columns(table, key)
    if any(k not in {c.name for c in columns} for k in key):
        raise Unwritable(f"the rows lack the key {', '.join(key)}")
    rows = ",\n    ".join(row if row.startswith("(") else f"({row})" for row in fields.names("rows"))
    listed, on = names(c.name for c in columns), find.sql_name(table)
    others = [c for c in columns if c.name not in key]
    action = "DO NOTHING"
    if fields.flag("update") and others:
        new = ", ".join(f"{name(c.name)} = EXCLUDED.{name(c.name)}" for c in others)
        differs = f"({', '.join(f't.{name(c.name)}' for c in others)})"
        given = f"({', '.join(f'EXCLUDED.{name(c.name)}' for c in others)})"
        action = f"DO UPDATE SET {new} WHERE {differs} IS DISTINCT FROM {given}"
    overriding = " OVERRIDING SYSTEM VALUE" if any(c.identity == "a" for c in columns) else ""
    up = f"INSERT INTO {on} AS t ({listed}){overriding} VALUES\n    {rows}\nON CONFLICT ({names(key)}) {action}"
    same = " AND ".join(
        f"t.{name(c.name)} IS NOT DISTINCT FROM s.{name(c.name)}::{column_type(catalog, c)}" for c in columns
    )
    down = f"DELETE FROM {on} AS t USING (VALUES\n    {rows}) AS s ({listed}) WHERE {same}"
    return (
        direct(
            "Direct: one INSERT that can be run again",
            long(up, down, "put the rows in", phase="backfill", reversible="shape"),
        ),
    )


INTENT = Intent(
    name="seed-data",
    title="Seed rows",
    group="Data",
    about="Rows that must be there; those that are there already stay, or are brought up to date.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("columns", "the columns that the rows have", kind="columns"),
        Field("rows", "one or more rows, each as SQL: (1, 'EUR')", kind="expressions"),
        Field(
            "key",
            "the unique columns that tell rows apart; the primary key by default",
            required=False,
            kind="columns",
        ),
        Field("update", "whether rows that are there take these values", required=False, kind="flag"),
    ),
    plan=plan,
)
