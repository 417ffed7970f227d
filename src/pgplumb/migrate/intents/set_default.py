"""Set or drop a column's default; rows that exist stay as they are."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write SET DEFAULT, or DROP DEFAULT where no expression is given."""
    table = find.relation(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    if column.generated or column.identity:
        raise Unwritable(f"{table.qualified}.{column.name} is generated")
    alter = f"ALTER TABLE {find.sql_name(table)} ALTER COLUMN {name(column.name)}"
    before = find.known(column.default, f"the default of {column.name}") if column.has_default else ""
    return Change(_text(alter, fields.text("default", "")), _text(alter, before), online=True)


def _text(alter: str, expression: str) -> str:
    return script(f"{alter} SET DEFAULT {expression}" if expression else f"{alter} DROP DEFAULT")


INTENT = Intent(
    name="set-default",
    title="Set or drop a column's default",
    group="Column",
    about="What a column holds where an INSERT names nothing.",
    fields=(
        Field("table", "the table, as schema.name", kind="relation"),
        Field("column", "the column", kind="column"),
        Field(
            "default", "the expression; without it the default is dropped", required=False, kind="expression"
        ),
    ),
    write=write,
)
