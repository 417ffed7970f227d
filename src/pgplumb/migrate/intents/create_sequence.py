"""Create a sequence."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, qualified


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE SEQUENCE; with a table and column it belongs to that column and goes with it."""
    schema = find.schema(catalog, fields.text("schema", "public")).name
    sequence = naming.new_relation(catalog, schema, fields.text("name"))
    text = f"CREATE SEQUENCE {qualified(schema, sequence)}"
    text += f" AS {fields.text('type')}" if fields.has("type") else ""
    for field, words in (("increment", "INCREMENT BY"), ("start", "START WITH"), ("cache", "CACHE")):
        text += f" {words} {int(fields.text(field))}" if fields.has(field) else ""
    if fields.has("table"):
        table = find.table(catalog, fields.text("table"))
        column = find.column(table, fields.text("column"))
        text += f" OWNED BY {find.sql_name(table)}.{name(column.name)}"
    return Change(script(text), script(f"DROP SEQUENCE {qualified(schema, sequence)}"), online=True)


INTENT = Intent(
    name="create-sequence",
    title="Create a sequence",
    group="Type",
    about="Numbers in order, for defaults.",
    fields=(
        Field("name", "its name", kind="name"),
        Field("schema", "its schema; public by default", required=False, kind="schema"),
        Field(
            "type",
            "bigint by default",
            required=False,
            kind="choice",
            choices=("smallint", "integer", "bigint"),
        ),
        Field("increment", "what is added each time", required=False, kind="number"),
        Field("start", "its first number", required=False, kind="number"),
        Field("cache", "how many numbers a session takes at once", required=False, kind="number"),
        Field("table", "the table that it belongs to", required=False, kind="table"),
        Field("column", "and the column", required=False, kind="column"),
    ),
    write=write,
)
