"""Gather planner statistics."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import names


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ANALYZE for a table, some of its columns, or the whole database."""
    if not fields.has("table"):
        return Change(script("ANALYZE"), "", online=True)
    table = find.relation(catalog, fields.text("table"))
    columns = fields.names("columns", ())
    only = f" ({names(c.name for c in find.columns(table, columns))})" if columns else ""
    return Change(script(f"ANALYZE {find.sql_name(table)}{only}"), "", online=True)


INTENT = Intent(
    name="analyze",
    title="Gather planner statistics",
    group="Data",
    about="What the planner knows of a table's values, gathered anew.",
    fields=(
        Field(
            "table",
            "the table, as schema.name; without it the whole database",
            required=False,
            kind="relation",
        ),
        Field("columns", "only these columns", required=False, kind="columns"),
    ),
    write=write,
)
