"""Give a table the times at which its rows were made and last changed."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, touch
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.steps import direct, short
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """Columns with the default now(), which costs nothing however many rows there are, and a trigger."""
    table = find.table(catalog, fields.text("table"))
    created, updated = fields.text("created", "created_at"), fields.text("updated", "updated_at")
    missing = [c for c in dict.fromkeys((created, updated)) if table.column_named(c) is None]
    if not missing:
        raise Unwritable(f"{table.qualified} has both columns already")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    add = ", ".join(f"ADD COLUMN {name(c)} timestamptz NOT NULL DEFAULT now()" for c in missing)
    drop = ", ".join(f"DROP COLUMN {name(c)}" for c in reversed(missing))
    about = "add the columns: all old rows get the time of the migration"
    steps = [short(f"{alter} {add}", f"{alter} {drop}", about)]
    if updated in missing:
        up, down = touch.touching(catalog, table, updated)
        steps.append(short(up, down, f"keep {updated} current"))
    return (direct("Direct: two short steps", *steps),)


INTENT = Intent(
    name="add-timestamps",
    title="Add created_at and updated_at",
    group="Column",
    about="When a row was made and last changed, kept by a default and a trigger.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("created", "the column of the first time; created_at by default", required=False, kind="name"),
        Field("updated", "the column of the last time; updated_at by default", required=False, kind="name"),
    ),
    plan=plan,
)
