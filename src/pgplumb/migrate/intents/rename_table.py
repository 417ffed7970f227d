"""Rename a table. A view of the old name lets code that was written for it live on."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, qualified
from pgplumb.migrate.intents.parts.steps import direct, shim, short
from pgplumb.migrate.intents.parts.views import stand_in
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ALTER TABLE ... RENAME; with a view of the old name in the same transaction, until no code uses it."""
    table = find.table(catalog, fields.text("table"))
    new = fields.text("name")
    naming.new_relation(catalog, table.schema, new)
    rename = f"ALTER TABLE {find.sql_name(table)} RENAME TO {name(new)}"
    back = f"ALTER TABLE {qualified(table.schema, new)} RENAME TO {name(table.name)}"
    gate = f"deploy code that says {new} at the same moment: code that says {table.name} fails from here on"
    plain = direct(
        "Direct: all code changes at once", short(rename, back, "rename it", phase="switch", gate=gate)
    )
    if table.row_security and catalog.server_version < 150000:
        # A view reads with its owner's rights there, past row-level security.
        return (plain,)
    view = stand_in(catalog, table, qualified(table.schema, new))
    gone = f"DROP VIEW {find.sql_name(table)}"
    first = short([rename, *view], [gone, back], "rename it, a view keeps the old name", phase="switch")
    last = short(
        gone, view, "take the old name away", phase="contract", gate=f"deploy code that says {new} everywhere"
    )
    return plain, shim("With a view of the old name, dropped when no code uses it", first, last)


INTENT = Intent(
    name="rename-table",
    title="Rename a table, with the old name kept for a while",
    group="Table",
    about="At once, or with a view by the old name while code changes over.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("name", "its new name", kind="name"),
    ),
    plan=plan,
)
