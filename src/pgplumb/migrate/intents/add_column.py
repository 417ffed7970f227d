"""Add a column. A default that is the same for every row costs nothing, however large the table."""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name

_STEADY = re.compile(
    r"(now\(\)|current_timestamp|current_date|statement_timestamp\(\)|transaction_timestamp\(\)|true|false"
    r"|-?[0-9.]+|'[^']*'(::[a-z0-9_ ]+(\[\])?)?)\Z",
    re.IGNORECASE,
)
"""Defaults that the server evaluates once and keeps in the catalog: constants and stable functions."""


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ADD COLUMN."""
    table = find.table(catalog, fields.text("table"))
    column = fields.text("column")
    if table.column_named(column) is not None:
        raise Unwritable(f"{table.qualified} has a column {column} already")
    default = fields.text("default", "")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    text = f"{alter} ADD COLUMN {name(column)} {fields.text('type')}"
    text += f" DEFAULT {default}" if default else ""
    text += " NOT NULL" if fields.flag("not_null") else ""
    online = not default or bool(_STEADY.match(default.strip()))
    return Change(script(text), script(f"{alter} DROP COLUMN {name(column)}"), online)


INTENT = Intent(
    name="add-column",
    title="Add a column",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the new column", kind="name"),
        Field("type", "its type as SQL", kind="type"),
        Field("default", "its default, an expression", required=False, kind="expression"),
        Field("not_null", "whether it forbids nulls", required=False, kind="flag"),
    ),
    write=write,
)
