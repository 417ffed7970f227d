"""Change a column's type. Most pairs rewrite the table under a lock; a few only change the catalog."""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Policy, Relation
from pgplumb.catalog.unread import Text
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, policy_ddl
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.types import column_type


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER COLUMN ... TYPE. A default that may not cast is dropped and set again in the same statement.

    PostgreSQL refuses it while a policy uses the column: such policies are dropped and made again in the same
    transaction. What else stands in the way has definitions that the catalog does not hold: then it is Unwritable.
    """
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    _refuse(catalog, table, column)
    new, old = fields.text("type"), column_type(catalog, column)
    quoted = name(column.name)
    using = fields.text("using", f"{quoted}::{new}")
    default = find.known(column.default, f"the default of {column.name}") if column.has_default else ""
    up = _statement(table, column, new, using, fields.text("default", "") or _cast(default, new))
    down = _statement(table, column, old, f"{quoted}::{old}", default)
    used = [p for p in table.policies if _mentions(p.using, column) or _mentions(p.check, column)]
    online = not fields.has("using") and not default and _catalog_only(table, column, old, new)
    return Change(_around(catalog, table, used, up), _around(catalog, table, used, down), online)


def _refuse(catalog: Catalog, table: Relation, column: Column) -> None:
    """Raise Unwritable for what makes PostgreSQL refuse another type."""
    on = f"{table.qualified}.{column.name}"
    if column.generated or any(c.generated and _mentions(c.default, column) for c in table.columns):
        raise Unwritable(f"{on} takes part in a generated column")
    if table.is_partition or (table.partition_key and column.number in table.partition_key.columns):
        raise Unwritable(f"the type of {on} belongs to the partitioned table")
    views = catalog.dependents.get(table.oid)
    if views:
        raise Unwritable(f"views read {table.qualified}: {', '.join(v.qualified for v in views[:3])}")
    if any(t.has_condition or column.number in t.columns for t in table.triggers):
        raise Unwritable(f"a trigger of {table.qualified} may use {column.name}")


def _mentions(text: Text | None, column: Column) -> bool:
    """Whether an expression, as the server prints it, names a column; one that was not read might."""
    if not isinstance(text, str):
        return text is not None
    return re.search(rf'(?<![\w$"]){re.escape(name(column.name))}(?![\w$"])', text) is not None


def _around(catalog: Catalog, table: Relation, policies: list[Policy], statement: str) -> str:
    if not policies:
        return script(statement)
    drop = (f"DROP POLICY {name(p.name)} ON {find.sql_name(table)}" for p in policies)
    create = (s for p in policies for s in policy_ddl.restore(catalog, table, p))
    return script("BEGIN", *drop, statement, *create, "COMMIT")


def _cast(default: str, type_text: str) -> str:
    return f"({default})::{type_text}" if default else ""


def _statement(table: Relation, column: Column, type_text: str, using: str, default: str) -> str:
    quoted = name(column.name)
    change = f"ALTER COLUMN {quoted} TYPE {type_text} USING {using}"
    alter = f"ALTER TABLE {find.sql_name(table)}"
    if not default:
        return f"{alter} {change}"
    before, after = f"ALTER COLUMN {quoted} DROP DEFAULT", f"ALTER COLUMN {quoted} SET DEFAULT {default}"
    return f"{alter} {before}, {change}, {after}"


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
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column", kind="column"),
        Field("type", "the new type as SQL: bigint, timestamptz, numeric(12,2)", kind="type"),
        Field(
            "using", "how old values become new ones; a cast by default", required=False, kind="expression"
        ),
        Field(
            "default",
            "the new default, where the cast of the old one does not do",
            required=False,
            kind="expression",
        ),
    ),
    write=write,
)
