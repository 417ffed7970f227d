"""Make row-level security hold for the table's owner too."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write FORCE ROW LEVEL SECURITY."""
    table = find.table(catalog, fields.text("table"))
    alter = f"ALTER TABLE {find.sql_name(table)}"
    down = None if table.force_row_security else script(f"{alter} NO FORCE ROW LEVEL SECURITY")
    return Change(script(f"{alter} FORCE ROW LEVEL SECURITY"), down, online=True)


INTENT = Intent(
    name="force-rls",
    title="Make row-level security hold for the owner",
    group="Access",
    about="Policies hold for the table's owner too.",
    fields=(Field("table", "the table, as schema.name", kind="table"),),
    write=write,
)
