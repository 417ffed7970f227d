"""Add a column. A default that is the same for every row costs nothing, however large the table."""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.hazards.column_types import SERIALS
from pgplumb.migrate.intents.parts import find, not_null
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import at_once, batches, is_empty
from pgplumb.migrate.intents.parts.steps import batched, direct, long, online, ordered, short
from pgplumb.migrate.plan import Strategy

_STEADY = re.compile(
    r"(now\(\)|current_timestamp|current_date|statement_timestamp\(\)|transaction_timestamp\(\)|true|false"
    r"|-?[0-9.]+|'[^']*'(::[a-z0-9_ ]+(\[\])?)?)\Z",
    re.IGNORECASE,
)
"""Defaults that the server evaluates once and keeps in the catalog: constants and stable functions."""


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ADD COLUMN; a default that differs from row to row is set for new rows first and filled in batches."""
    table = find.table(catalog, fields.text("table"))
    column = fields.text("column")
    if table.column_named(column) is not None:
        raise Unwritable(f"{table.qualified} has a column {column} already")
    if table.is_partition:
        raise Unwritable(
            f"{table.qualified} is a partition: the column belongs to {catalog.root(table).qualified}"
        )
    kind, default = fields.text("type"), fields.text("default", "")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    text = f"{alter} ADD COLUMN {name(column)} {kind}"
    text += f" DEFAULT {default}" if default else ""
    text += " NOT NULL" if fields.flag("not_null") else ""
    undo = f"{alter} DROP COLUMN {name(column)}"
    steady = not default or bool(_STEADY.match(default.strip()))
    made_of_rows = kind.lower() in SERIALS or _checked(catalog, kind)
    if steady and not made_of_rows:
        return (direct("Direct: one short statement", short(text, undo, "add the column")),)
    empty = is_empty(catalog, table)
    whole = long(text, undo, "add the column, which writes the table anew while everybody waits")
    one = direct("Direct: the table is written anew under its lock", whole, online=empty)
    if made_of_rows:
        return (one,)
    try:
        return ordered(_filled(catalog, table, column, fields), one, empty)
    except Unwritable:
        return (one,)


def _filled(catalog: Catalog, table: Relation, column: str, fields: Fields) -> Strategy:
    alter, quoted = f"ALTER TABLE {find.sql_name(table)}", name(column)
    default = fields.text("default")
    add = [
        f"{alter} ADD COLUMN {quoted} {fields.text('type')}",
        f"{alter} ALTER COLUMN {quoted} SET DEFAULT {default}",
    ]
    change = batches(table, f"{quoted} = {default}", f"t.{quoted} IS NULL")
    forbid = not_null.for_new(catalog, table, column) if fields.flag("not_null") else []
    return online(
        "Online: a default for new rows, old rows in batches",
        short(add, f"{alter} DROP COLUMN {quoted}", "add the column, with the default for new rows alone"),
        batched(at_once(change), change, "fill it in the rows that are there"),
        *forbid,
    )


def _checked(catalog: Catalog, kind: str) -> bool:
    """Whether a type is a domain whose conditions every row must be read for."""
    raw = kind.strip().rpartition(".")[2].strip('"')
    return any(
        t.kind == "d" and t.name == raw and (t.has_checks or t.not_null) for t in catalog.types.values()
    )


INTENT = Intent(
    name="add-column",
    title="Add a column",
    group="Column",
    about="A new column at the end of a table; a volatile default is filled in a few rows at a time.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the new column", kind="name"),
        Field("type", "its type as SQL", kind="type"),
        Field("default", "its default, an expression", required=False, kind="expression"),
        Field("not_null", "whether it forbids nulls", required=False, kind="flag"),
    ),
    plan=plan,
)
