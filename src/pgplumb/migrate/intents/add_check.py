"""Add a check: held for new rows at once, for old rows after a reading beside the writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import constraint_ddl, find, naming
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ADD CONSTRAINT ... CHECK ... NOT VALID and VALIDATE CONSTRAINT."""
    table = find.table(catalog, fields.text("table"))
    columns = fields.names("columns", ())
    find.columns(table, columns)
    constraint = fields.text("name", "") or naming.constraint_name(table, columns, "check")
    text = f"CHECK ({fields.text('expression')})"
    statements, online = constraint_ddl.add(catalog, table, constraint, text)
    undo = f"ALTER TABLE {find.sql_name(table)} DROP CONSTRAINT {name(constraint)}"
    return Change(script(*statements), script(undo), online)


INTENT = Intent(
    name="add-check",
    title="Add a check without blocking writers for long",
    fields=(
        Field("table", "the table, as schema.name"),
        Field("expression", "the condition, without the word CHECK"),
        Field("columns", "the columns it speaks of, for its name", required=False),
        Field("name", "the constraint's name; <table>_<columns>_check by default", required=False),
    ),
    write=write,
)
