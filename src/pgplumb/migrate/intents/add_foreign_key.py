"""Add a foreign key: checked for new rows at once, for old rows beside the writers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import constraint_ddl, find, naming
from pgplumb.migrate.intents.parts.quoting import name

ACTIONS = frozenset(constraint_ddl.ACTIONS.values())


def action(fields: Fields, field: str, default: str = "NO ACTION") -> str:
    """Return a referential action as SQL. Raises Unwritable for a word that is none."""
    word = fields.text(field, default).upper().replace("_", " ")
    if word not in ACTIONS:
        raise Unwritable(f"{word} is no referential action")
    return word


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ADD CONSTRAINT ... NOT VALID and VALIDATE CONSTRAINT."""
    table = find.table(catalog, fields.text("table"))
    parent = find.table(catalog, fields.text("references"))
    columns = fields.names("columns")
    find.columns(table, columns)
    key = parent.primary_key
    of_key = parent.column_names(key.columns) if key else None
    parent_columns = fields.names("foreign_columns", of_key)
    find.columns(parent, parent_columns)
    text = constraint_ddl.foreign_key(
        columns,
        parent,
        parent_columns,
        on_delete=action(fields, "on_delete"),
        on_update=action(fields, "on_update"),
        match_full=fields.flag("match_full"),
    )
    constraint = fields.text("name", "") or naming.constraint_name(table, columns, "fkey")
    statements, online = constraint_ddl.add(catalog, table, constraint, text)
    undo = f"ALTER TABLE {find.sql_name(table)} DROP CONSTRAINT {name(constraint)}"
    return Change(script(*statements), script(undo), online)


INTENT = Intent(
    name="add-foreign-key",
    title="Add a foreign key without blocking writers for long",
    fields=(
        Field("table", "the referencing table, as schema.name"),
        Field("columns", "the referencing columns"),
        Field("references", "the referenced table, as schema.name"),
        Field("foreign_columns", "the referenced columns; its primary key by default", required=False),
        Field("on_delete", "NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT", required=False),
        Field("on_update", "the same for changed keys", required=False),
        Field("match_full", "whether a key is wholly null or wholly there", required=False),
        Field("name", "the constraint's name; <table>_<columns>_fkey by default", required=False),
    ),
    write=write,
)
