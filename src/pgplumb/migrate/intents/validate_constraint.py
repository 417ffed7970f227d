"""Validate a constraint that was added NOT VALID, beside readers and writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import constraint_ddl, find
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write VALIDATE CONSTRAINT; the way back adds the same constraint NOT VALID."""
    table = find.table(catalog, fields.text("table"))
    constraint = find.constraint(table, fields.text("constraint"))
    alter = f"ALTER TABLE {find.sql_name(table)}"
    quoted = name(constraint.name)
    try:
        text = constraint_ddl.definition(catalog, table, constraint)
        down = script(f"{alter} DROP CONSTRAINT {quoted}, ADD CONSTRAINT {quoted} {text} NOT VALID")
    except Unwritable:
        down = None
    return Change(script(f"{alter} VALIDATE CONSTRAINT {quoted}"), down, online=True)


INTENT = Intent(
    name="validate-constraint",
    title="Validate a constraint without blocking readers or writers",
    group="Constraint",
    about="Checks the rows from before for a constraint that is NOT VALID.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("constraint", "the constraint's name", kind="constraint"),
    ),
    write=write,
)
