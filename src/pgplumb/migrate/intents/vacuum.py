"""Clean up dead rows, or freeze old ones."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write VACUUM, with FREEZE and ANALYZE where asked. Never FULL, which locks everyone out."""
    words = [word for field, word in (("freeze", "FREEZE"), ("analyze", "ANALYZE")) if fields.flag(field)]
    text = "VACUUM" + (f" ({', '.join(words)})" if words else "")
    if fields.has("table"):
        text += f" {find.sql_name(find.relation(catalog, fields.text('table')))}"
    return Change(script(text), "", online=True)


INTENT = Intent(
    name="vacuum",
    title="Clean up dead rows",
    group="Data",
    about="Frees the room of dead rows for new ones, beside readers and writers.",
    fields=(
        Field(
            "table",
            "the table, as schema.name; without it the whole database",
            required=False,
            kind="relation",
        ),
        Field("analyze", "whether to gather statistics too", required=False, kind="flag"),
        Field("freeze", "whether to freeze all rows", required=False, kind="flag"),
    ),
    write=write,
)
