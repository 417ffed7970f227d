"""Rename a column, at once or with both names kept alive for a while."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.drop_column import refuse
from pgplumb.migrate.intents.parts import find, not_null
from pgplumb.migrate.intents.parts.hanging import again, dressed, hanging, suffixed
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import at_once, batches, equal
from pgplumb.migrate.intents.parts.steps import alone, batched, direct, shim, short
from pgplumb.migrate.intents.parts.sync import Sync, both_ways
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """RENAME COLUMN, which old code does not survive; or a second column that a trigger keeps the same."""
    table = find.table(catalog, fields.text("table"))
    column, new = find.column(table, fields.text("column")), fields.text("name")
    if table.column_named(new) is not None:
        raise Unwritable(f"{table.qualified} has a column {new} already")
    if table.is_partition:
        raise Unwritable(
            f"{table.qualified} is a partition: the column belongs to {catalog.root(table).qualified}"
        )
    alter = f"ALTER TABLE {find.sql_name(table)} RENAME COLUMN"
    gate = f"deploy code that says {new} at the same moment: code that says {column.name} fails from here on"
    rename = short(
        f"{alter} {name(column.name)} TO {name(new)}",
        f"{alter} {name(new)} TO {name(column.name)}",
        "rename it",
        phase="switch",
        gate=gate,
    )
    plain = direct("Direct: all code changes at once", rename)
    try:
        return plain, _two_names(catalog, table, column, new)
    except Unwritable:
        return (plain,)


def _two_names(catalog: Catalog, table: Relation, column: Column, new: str) -> Strategy:
    if column.generated or column.identity:
        raise Unwritable(f"{table.qualified}.{column.name} is generated")
    refuse(table, column)
    if not equal(column_type(catalog, column)):
        raise Unwritable("values of this type cannot be compared, so that nothing tells which side changed")
    found, kind = hanging(catalog, table, column), column_type(catalog, column)
    sync, old = Sync(catalog, table, column.name), column.name
    alter, here = f"ALTER TABLE {find.sql_name(table)}", find.sql_name(table)
    default = find.known(column.default, f"the default of {old}") if column.has_default else ""
    if default.startswith("nextval("):
        raise Unwritable(f"a sequence belongs to {table.qualified}.{old}")
    add = [f"{alter} ADD COLUMN {name(new)} {kind}", *dressed(catalog, table, column, new)]
    body = both_ways(name(old), name(new), name(old), name(new))
    change = batches(table, f"{name(new)} = t.{name(old)}", f"t.{name(new)} IS DISTINCT FROM t.{name(old)}")
    nulls = not_null.for_new(catalog, table, new) if column.not_null else []
    back = [f"{alter} ADD COLUMN {name(old)} {kind}" + (f" DEFAULT {default}" if default else "")]
    back += [
        f"UPDATE {here} AS t SET {name(old)} = t.{name(new)} WHERE t.{name(old)} IS DISTINCT FROM t.{name(new)}"
    ]
    back += [*sync.create(body), *dressed(catalog, table, column, old)]
    back += [f"{alter} ALTER COLUMN {name(old)} SET NOT NULL"] if column.not_null else []
    back += [f"{alter} ALTER COLUMN {name(new)} DROP DEFAULT"] if default else []
    back += [step.up for step in again(catalog, table, found, old, old)]
    end = [*sync.drop()]
    end += [f"{alter} ALTER COLUMN {name(new)} SET DEFAULT {default}"] if default else []
    end += [f"{alter} DROP COLUMN {name(old)}"]
    return shim(
        "With both names for a while",
        short(add, f"{alter} DROP COLUMN {name(new)}", "add a column of the new name"),
        short(sync.create(body), sync.drop(), "keep both the same, whichever is written"),
        batched(at_once(change), change, "fill it in the rows that are there"),
        *nulls,
        *again(catalog, table, found, old, new, suffixed("", "_new")),
        alone(
            end,
            back,
            "drop the old name",
            phase="contract",
            gate=f"deploy code that says {new} everywhere",
            waits_for="",
            lock_timeout="2s",
            reversible="shape",
        ),
    )


INTENT = Intent(
    name="rename-column",
    title="Rename a column, with both names kept for a while",
    group="Column",
    about="At once, or with both names kept in step while code changes over.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column", kind="column"),
        Field("name", "its new name", kind="name"),
    ),
    plan=plan,
)
