"""Build an index again beside the old one."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name, qualified


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write REINDEX CONCURRENTLY for an index, a table or the whole database."""
    if fields.has("index"):
        table, index = find.index(catalog, fields.text("index"))
        what = f"INDEX CONCURRENTLY {qualified(table.schema, index.name)}"
    elif fields.has("table"):
        what = f"TABLE CONCURRENTLY {find.sql_name(find.relation(catalog, fields.text('table')))}"
    else:
        what = f"DATABASE CONCURRENTLY {name(catalog.database.name)}"
    return Change(script(f"REINDEX {what}"), "", online=True)


INTENT = Intent(
    name="reindex",
    title="Build an index again without blocking writers",
    group="Index",
    about="Builds a bloated or invalid index anew, concurrently.",
    fields=(
        Field("index", "the index, as schema.name", required=False, kind="index"),
        Field(
            "table",
            "or all indexes of a table; without both, of the database",
            required=False,
            kind="relation",
        ),
    ),
    write=write,
)
