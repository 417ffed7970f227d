"""Change a column's type. Most pairs rewrite the table under a lock; a few only change the catalog."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.types import column_type


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER COLUMN ... TYPE. A default that may not cast is dropped and set again in the same statement."""
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    if column.generated:
        raise Unwritable(f"{table.qualified}.{column.name} is generated")
    new, old = fields.text("type"), column_type(catalog, column)
    quoted = name(column.name)
    using = fields.text("using", f"{quoted}::{new}")
    default = find.known(column.default, f"the default of {column.name}") if column.has_default else ""
    up = _statement(table, column, new, using, fields.text("default", "") or _cast(default, new))
    down = _statement(table, column, old, f"{quoted}::{old}", default)
    online = not fields.has("using") and not default and _catalog_only(table, column, old, new)
    return Change(up, down, online)


def _cast(default: str, type_text: str) -> str:
    return f"({default})::{type_text}" if default else ""


def _statement(table: Relation, column: Column, type_text: str, using: str, default: str) -> str:
    quoted = name(column.name)
    change = f"ALTER COLUMN {quoted} TYPE {type_text} USING {using}"
    alter = f"ALTER TABLE {find.sql_name(table)}"
    if not default:
        return script(f"{alter} {change}")
    before, after = f"ALTER COLUMN {quoted} DROP DEFAULT", f"ALTER COLUMN {quoted} SET DEFAULT {default}"
    return script(f"{alter} {before}, {change}, {after}")


def _catalog_only(table: Relation, column: Column, old: str, new: str) -> bool:
    """Whether the server keeps heap and indexes: varchar that only loses its limit, on no expression index."""
    widened = old.startswith("varchar") and new in ("text", "varchar", "character varying")
    expressions = any(i.has_expressions or i.has_predicate for i in table.indexes)
    checked = any(c.kind == "c" and column.number in c.columns for c in table.constraints)
    return widened and not expressions and not checked


INTENT = Intent(
    name="change-type",
    title="Change a column's type",
    fields=(
        Field("table", "the table, as schema.name"),
        Field("column", "the column"),
        Field("type", "the new type as SQL: bigint, timestamptz, numeric(12,2)"),
        Field("using", "how old values become new ones; a cast by default", required=False),
        Field("default", "the new default, where the cast of the old one does not do", required=False),
    ),
    write=write,
)
