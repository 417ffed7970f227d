"""Add a check: held for new rows at once, for old rows after a reading beside the writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent
from pgplumb.migrate.intents.parts import constraint_ddl, find, naming
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, online, ordered
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ADD CONSTRAINT ... CHECK ... NOT VALID and VALIDATE CONSTRAINT; or both in one."""
    table = find.table(catalog, fields.text("table"))
    columns = fields.names("columns", ())
    find.columns(table, columns)
    constraint = fields.text("name", "") or naming.constraint_name(table, columns, "check")
    text = f"CHECK ({fields.text('expression')})"
    found, _ = constraint_ddl.steps(catalog, table, constraint, text)
    at_once = constraint_ddl.at_once(table, constraint, text)
    empty = is_empty(catalog, table)
    return ordered(
        online("Online: hold it for new rows, then check the old ones", *found),
        direct("Direct: one statement that reads the table under its lock", at_once, online=empty),
        empty,
    )


INTENT = Intent(
    name="add-check",
    title="Add a check without blocking writers for long",
    group="Constraint",
    about="Rows must satisfy an expression; those that are there are checked while others write.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("expression", "the condition, without the word CHECK", kind="expression"),
        Field("columns", "the columns it speaks of, for its name", required=False, kind="columns"),
        Field(
            "name", "the constraint's name; <table>_<columns>_check by default", required=False, kind="name"
        ),
    ),
    plan=plan,
)
