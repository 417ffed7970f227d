"""Turn a disabled trigger on again."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name

_BACK = {
    "D": "DISABLE TRIGGER",
    "R": "ENABLE REPLICA TRIGGER",
    "A": "ENABLE ALWAYS TRIGGER",
    "O": "ENABLE TRIGGER",
}


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ENABLE TRIGGER; the way back is how it is enabled now."""
    table = find.relation(catalog, fields.text("table"))
    trigger = find.trigger(table, fields.text("trigger"))
    alter = f"ALTER TABLE {find.sql_name(table)}"
    up = f"{alter} ENABLE TRIGGER {name(trigger.name)}"
    return Change(script(up), script(f"{alter} {_BACK[trigger.enabled]} {name(trigger.name)}"), online=True)


INTENT = Intent(
    name="enable-trigger",
    title="Turn a trigger on again",
    fields=(Field("table", "the table, as schema.name"), Field("trigger", "the trigger's name")),
    write=write,
)
