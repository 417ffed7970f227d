"""Change many rows, a few at a time."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import at_once, batches, differs, is_empty
from pgplumb.migrate.intents.parts.steps import batched, direct, long, online, ordered
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """UPDATE in batches along the key; a row that has its value already is left alone."""
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    if column.generated or column.identity == "a":
        raise Unwritable(f"{table.qualified}.{column.name} is generated")
    quoted, value = name(column.name), fields.text("value")
    other = differs(f"t.{quoted}", value, column_type(catalog, column))
    where = f"({fields.text('where')}) AND {other}" if fields.has("where") else other
    change = batches(table, f"{quoted} = ({value})", where, fields.text("source", ""))
    step = batched(at_once(change), change, f"fill {column.name}", down=None)
    whole = long(at_once(change), None, "change all rows in one transaction", phase="backfill")
    empty = is_empty(catalog, table)
    return ordered(
        online("Online: a few rows at a time", step),
        direct("Direct: one UPDATE that keeps every row locked until it commits", whole, online=empty),
        empty,
    )


INTENT = Intent(
    name="backfill-column",
    title="Fill a column, a few rows at a time",
    group="Data",
    about="Sets a column where it still needs it, in batches that can be stopped and gone on with.",
    fields=(
        Field("table", "the table, as schema.name; t in the expressions", kind="table"),
        Field("column", "the column that is filled", kind="column"),
        Field("value", "its value, an expression: lower(t.email), o.tenant_id", kind="expression"),
        Field(
            "where", "which rows; all that have another value by default", required=False, kind="expression"
        ),
        Field("source", "other tables that the value comes from: public.owners AS o", required=False),
    ),
    plan=plan,
    phase="backfill",
)
