"""Make a column NOT NULL without reading the table while it is locked."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents import set_default
from pgplumb.migrate.intents.parts import find, not_null
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, online, ordered, short
from pgplumb.migrate.plan import Step, Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """A constraint NOT VALID, its validation, and what turns it into NOT NULL; or SET NOT NULL, which reads all."""
    table = find.table(catalog, fields.text("table"))
    columns = find.columns(table, fields.names("columns", (fields.text("column", ""),)))
    open_ones = [c for c in columns if not c.not_null]
    if not open_ones:
        raise Unwritable(f"{table.qualified} allows no null there")
    first = _default(fields, catalog) if fields.has("default") else []
    careful = [step for column in open_ones for step in not_null.steps(catalog, table, column)]
    empty = is_empty(catalog, table)
    return ordered(
        online("Online: prove it beside the writers first", *first, *careful),
        direct(
            "Direct: one statement that reads the table under its lock",
            *first,
            not_null.at_once(table, open_ones),
            online=empty,
        ),
        empty,
    )


def _default(fields: Fields, catalog: Catalog) -> list[Step]:
    """Give the one column a default first, so that writers who leave it out go on."""
    where = {"table": fields.text("table"), "column": fields.text("column")}
    change = set_default.write(Fields({**where, "default": fields.text("default")}), catalog)
    return [short(change.up, change.down, "give new rows a value")]


INTENT = Intent(
    name="set-not-null",
    title="Forbid nulls in a column without blocking writers for long",
    group="Column",
    about="Proved by a check beforehand, so that no reader waits for a scan.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column", required=False, kind="column"),
        Field("columns", "or several columns", required=False, kind="columns"),
        Field("default", "a default for the one column, set first", required=False, kind="expression"),
    ),
    plan=plan,
)
