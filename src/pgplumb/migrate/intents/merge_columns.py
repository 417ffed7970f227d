"""Make one column of several: added, kept in step, filled; the old ones go when no code uses them."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents import drop_column
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import at_once, batches, differs
from pgplumb.migrate.intents.parts.steps import batched, shim, short
from pgplumb.migrate.intents.parts.sync import Sync, one_way
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """A new column made of the old ones by a trigger until code writes it."""
    table = find.table(catalog, fields.text("table"))
    columns = [c.name for c in find.columns(table, fields.names("columns"))]
    new, value = fields.text("name"), fields.text("value")
    if table.column_named(new) is not None:
        raise Unwritable(f"{table.qualified} has a column {new} already")
    kind = fields.text("type", "text")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    sync = Sync(catalog, table, naming.cut(new, 40))
    body = one_way(name(new), value)
    change = batches(table, f"{name(new)} = {value}", differs(f"t.{name(new)}", value, kind))
    steps = [
        short(
            f"{alter} ADD COLUMN {name(new)} {kind}",
            f"{alter} DROP COLUMN {name(new)}",
            "add the new column",
        ),
        short(sync.create(body), sync.drop(), "keep it in step with the old ones"),
        batched(at_once(change), change, "fill it in the rows that are there"),
        short(
            sync.drop(),
            sync.create(body),
            "let go of the old columns",
            phase="switch",
            gate=f"deploy code that reads and writes {new} alone",
        ),
    ]
    for column in reversed(columns) if fields.flag("drop") else ():
        steps += drop_column.plan(Fields({"table": fields.text("table"), "column": column}), catalog)[0].steps
    return (shim("With old and new columns in step for a while", *steps),)


INTENT = Intent(
    name="merge-columns",
    title="Make one column of several",
    group="Column",
    about="One column out of several by an expression, kept in step by a trigger meanwhile.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("columns", "the columns", kind="columns"),
        Field("name", "the new column", kind="name"),
        Field("value", "its value made of them: first || ' ' || last", kind="expression"),
        Field("type", "its type; text by default", required=False, kind="type"),
        Field("drop", "whether the old columns go in the end", required=False, kind="flag"),
    ),
    plan=plan,
)
