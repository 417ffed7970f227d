"""Make a column NOT NULL without reading the table while it is locked."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents import set_default
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.not_null import allow_nulls, forbid_nulls


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write a constraint NOT VALID, its validation, and what turns it into NOT NULL."""
    table = find.table(catalog, fields.text("table"))
    columns = find.columns(table, fields.names("columns", (fields.text("column", ""),)))
    open_ones = [c for c in columns if not c.not_null]
    if not open_ones:
        raise Unwritable(f"{table.qualified} allows no null there")
    statements = [s for column in open_ones for s in forbid_nulls(catalog, table, column)]
    change = Change(script(*statements), script(*allow_nulls(table, open_ones)), online=True)
    return _with_default(change, fields, catalog) if fields.has("default") else change


def _with_default(change: Change, fields: Fields, catalog: Catalog) -> Change:
    """Give the one column a default first, so that writers who leave it out go on."""
    where = {"table": fields.text("table"), "column": fields.text("column")}
    first = set_default.write(Fields({**where, "default": fields.text("default")}), catalog)
    return Change(f"{first.up}\n{change.up}", f"{change.down}\n{first.down}", online=True)


INTENT = Intent(
    name="set-not-null",
    title="Forbid nulls in a column without blocking writers for long",
    fields=(
        Field("table", "the table, as schema.name"),
        Field("column", "the column", required=False),
        Field("columns", "or several columns", required=False),
        Field("default", "a default for the one column, set first", required=False),
    ),
    write=write,
)
