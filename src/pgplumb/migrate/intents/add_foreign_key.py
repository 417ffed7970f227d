"""Add a foreign key: checked for new rows at once, for old rows beside the writers."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import constraint_ddl, find, index_ddl, naming
from pgplumb.migrate.intents.parts.index_ddl import IndexShape
from pgplumb.migrate.intents.parts.quoting import names
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, online, ordered
from pgplumb.migrate.plan import Strategy

ACTIONS = frozenset(constraint_ddl.ACTIONS.values())


def action(fields: Fields, field: str, default: str = "NO ACTION") -> str:
    """Return a referential action as SQL. Raises Unwritable for a word that is none."""
    word = fields.text(field, default).upper().replace("_", " ")
    if word not in ACTIONS:
        raise Unwritable(f"{word} is no referential action")
    return word


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """An index of the referencing columns where none serves, ADD CONSTRAINT ... NOT VALID, VALIDATE CONSTRAINT."""
    table = find.table(catalog, fields.text("table"))
    parent = find.table(catalog, fields.text("references"))
    columns = fields.names("columns")
    find.columns(table, columns)
    key = parent.primary_key
    of_key = parent.column_names(key.columns) if key else None
    parent_columns = fields.names("foreign_columns", of_key)
    find.columns(parent, parent_columns)
    if len(columns) != len(parent_columns):
        raise Unwritable(f"{len(columns)} columns cannot reference {len(parent_columns)}")
    text = constraint_ddl.foreign_key(
        columns,
        parent,
        parent_columns,
        on_delete=action(fields, "on_delete"),
        on_update=action(fields, "on_update"),
        match_full=fields.flag("match_full"),
    )
    constraint = fields.text("name", "") or naming.constraint_name(table, columns, "fkey")
    empty = is_empty(catalog, table)
    indexed = not fields.flag("index", True) or index_ddl.serves(table, columns)
    index = naming.index_name(catalog, table, columns)
    shape = IndexShape("btree", names(columns))
    build, whole = ([], True) if indexed else index_ddl.steps(catalog, table, index, shape)
    found, short = constraint_ddl.steps(catalog, table, constraint, text)
    careful = online("Online: hold it for new rows, then check the old ones", *build, *found)
    at_once = [constraint_ddl.at_once(table, constraint, text)]
    if not indexed:
        at_once.insert(0, index_ddl.at_once(table, index, shape))
    return ordered(
        careful if whole and short else replace(careful, online=False),
        direct("Direct: one statement that reads both tables while writers wait", *at_once, online=empty),
        empty,
    )


INTENT = Intent(
    name="add-foreign-key",
    title="Add a foreign key without blocking writers for long",
    group="Constraint",
    about="Values must be there in another table; with the index that looking them up needs.",
    fields=(
        Field("table", "the referencing table, as schema.name", kind="table"),
        Field("columns", "the referencing columns", kind="columns"),
        Field("references", "the referenced table, as schema.name", kind="table"),
        Field(
            "foreign_columns",
            "the referenced columns; its primary key by default",
            required=False,
            kind="columns",
            of="references",
        ),
        *constraint_ddl.action_fields("NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT"),
        Field(
            "index",
            "whether an index of the columns is built where none serves; yes by default",
            required=False,
            kind="flag",
        ),
        constraint_ddl.MATCH_FULL,
        Field(
            "name", "the constraint's name; <table>_<columns>_fkey by default", required=False, kind="name"
        ),
    ),
    plan=plan,
)
