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
    """Write ENABLE TRIGGER for each; the way back is how it is enabled now."""
    table = find.relation(catalog, fields.text("table"))
    names = fields.names("triggers", (fields.text("trigger"),) if fields.has("trigger") else None)
    found = [find.trigger(table, one) for one in names]
    alter = f"ALTER TABLE {find.sql_name(table)}"
    up = ", ".join(f"ENABLE TRIGGER {name(trigger.name)}" for trigger in found)
    down = ", ".join(f"{_BACK[trigger.enabled]} {name(trigger.name)}" for trigger in found)
    return Change(script(f"{alter} {up}"), script(f"{alter} {down}"), online=True)


INTENT = Intent(
    name="enable-trigger",
    title="Turn a trigger on again",
    group="Programmability",
    about="A trigger that was turned off runs again.",
    fields=(
        Field("table", "the table, as schema.name", kind="relation"),
        Field("trigger", "the trigger's name", required=False, kind="trigger"),
        Field("triggers", "or several triggers", required=False, kind="triggers"),
    ),
    write=write,
)
