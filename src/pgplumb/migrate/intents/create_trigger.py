"""Create a trigger; with a function of its own that keeps a time stamp current, where none is named."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, naming, touch
from pgplumb.migrate.intents.parts.quoting import function_parts, name, qualified

_TIMINGS = ("BEFORE", "AFTER", "INSTEAD OF")
_EVENTS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE TRIGGER. With `column` alone it sets that column to now() whenever a row changes."""
    table = find.relation(catalog, fields.text("table"))
    if fields.has("column"):
        column = find.column(table, fields.text("column")).name
        up, down = touch.touching(catalog, table, column, fields.text("name", ""))
        return Change(script(*up), script(*down), online=True)
    timing = fields.text("timing", "AFTER").upper()
    events = tuple(e.upper() for e in fields.names("events"))
    if timing not in _TIMINGS or not set(events) <= set(_EVENTS):
        raise Unwritable(f"{timing} {' OR '.join(events)} is no time for a trigger")
    parts = function_parts(fields.text("function"))
    trigger = _free(table, fields.text("name", "") or naming.compose(table.name, (parts[-1],)))
    each = "STATEMENT" if fields.flag("statement") else "ROW"
    create = f"CREATE TRIGGER {name(trigger)} {timing} {' OR '.join(events)} ON {find.sql_name(table)}"
    create += f" FOR EACH {each} EXECUTE FUNCTION {qualified(*parts)}()"
    return Change(script(create), script(_drop(table, trigger)), online=True)


def _drop(table: Relation, trigger: str) -> str:
    return f"DROP TRIGGER {name(trigger)} ON {find.sql_name(table)}"


def _free(table: Relation, wanted: str) -> str:
    return naming.free(wanted, {t.name for t in table.triggers}.__contains__)


INTENT = Intent(
    name="create-trigger",
    title="Create a trigger",
    group="Programmability",
    about="Runs a function before, after or instead of changes.",
    fields=(
        Field("table", "the table, as schema.name", kind="relation"),
        Field(
            "column",
            "a time stamp that it keeps current; then nothing else is needed",
            required=False,
            kind="column",
        ),
        Field("function", "or the trigger function, as schema.name", required=False),
        Field(
            "timing",
            "BEFORE, AFTER or INSTEAD OF",
            required=False,
            kind="choice",
            choices=("BEFORE", "AFTER", "INSTEAD OF"),
        ),
        Field(
            "events",
            "of INSERT, UPDATE, DELETE, TRUNCATE",
            required=False,
            kind="choices",
            choices=("INSERT", "UPDATE", "DELETE", "TRUNCATE"),
        ),
        Field("statement", "whether it runs once a statement, not once a row", required=False, kind="flag"),
        Field("name", "its name", required=False, kind="name"),
    ),
    write=write,
)
