"""Change a column's type. Most pairs rewrite the table under a lock; a few only change the catalog."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Policy, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.hazards.column_types import Shape, stored, verdict, written
from pgplumb.migrate.intents.parts import find, policy_ddl
from pgplumb.migrate.intents.parts.exchange import Exchange
from pgplumb.migrate.intents.parts.hanging import uses
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, long, online, short
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.kept import formatted, keeps
from pgplumb.migrate.plan import Step, Strategy
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ALTER COLUMN ... TYPE where that only changes the catalog; else a new column that takes the old one's place.

    In the direct form a default that may not cast is dropped and set again in the same statement, and policies that
    use the column are dropped and made again in the same transaction: PostgreSQL would refuse it otherwise.
    """
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    new = fields.text("type")
    found, why = [], ""
    free = _catalog_only(catalog, table, column, new) and not fields.has("using")
    quick = free or is_empty(catalog, table)
    try:
        found.append(_direct(fields, catalog, table, column, free, quick))
    except Unwritable as error:
        why = str(error)
    try:
        found.append(
            online(
                "Online: a new column takes the old one's place", *_exchange(fields, catalog, table, column)
            )
        )
    except Unwritable as error:
        # The reason why the one statement cannot be is the nearer one.
        why = why or str(error)
    if not found:
        raise Unwritable(why)
    return tuple(found if quick else reversed(found))


def _exchange(fields: Fields, catalog: Catalog, table: Relation, column: Column) -> list[Step]:
    quoted, new, old = name(column.name), fields.text("type"), column_type(catalog, column)
    zoned = {base_name(catalog, old), base_name(catalog, new)} == {"timestamp", "timestamptz"}
    if zoned and not fields.has("using"):
        raise Unwritable("say in `using` which time zone the old values are in: the cast takes the session's")
    default = find.known(column.default, f"the default of {column.name}") if column.has_default else ""
    return Exchange(
        catalog,
        table,
        column,
        new,
        fields.text("using", f"{quoted}::{new}"),
        fields.text("back", f"{quoted}::{old}"),
        fields.text("default", "") or _cast(default, new),
    ).steps()


def _direct(
    fields: Fields, catalog: Catalog, table: Relation, column: Column, free: bool, quick: bool
) -> Strategy:
    _refuse(catalog, table, column)
    new, old = fields.text("type"), column_type(catalog, column)
    quoted = name(column.name)
    using = fields.text("using", f"{quoted}::{new}")
    back = fields.text("back", f"{quoted}::{old}")
    default = find.known(column.default, f"the default of {column.name}") if column.has_default else ""
    up = _statement(table, column, new, using, fields.text("default", "") or _cast(default, new))
    down = _statement(table, column, old, back, default)
    used = [p for p in table.policies if uses(p.using, column) or uses(p.check, column)]
    forth, undo = _around(catalog, table, used, up), _around(catalog, table, used, down)
    if free:
        return direct(
            "Direct: only the catalog changes", short(forth, undo, "change the type", phase="switch")
        )
    about = "change the type, which writes the table anew while everybody waits"
    plain = not fields.has("using") and not fields.has("back")
    kept = plain and _keeps_values(catalog, column, new)
    return direct(
        "Direct: the table is written anew under its lock",
        long(forth, undo, about, phase="switch", reversible="exact" if kept else "shape"),
        online=quick,
    )


def _keeps_values(catalog: Catalog, column: Column, new: str) -> bool:
    """Whether a cast keeps every value, so that the cast back finds it again."""
    old, wanted = catalog.types.get(column.type_oid), _shape(new)
    if old is None or wanted is None:
        return False
    before = stored(old, column.typmod)
    enums = [t.name for t in catalog.types.values() if t.kind == "e"]
    return keeps(
        formatted(before.name, before.modifiers, array=before.array),
        formatted(wanted.name, wanted.modifiers, array=wanted.array),
        enums,
    )


def _refuse(catalog: Catalog, table: Relation, column: Column) -> None:
    """Raise Unwritable for what makes PostgreSQL refuse another type."""
    on = f"{table.qualified}.{column.name}"
    if column.generated or any(c.generated and uses(c.default, column) for c in table.columns):
        raise Unwritable(f"{on} takes part in a generated column")
    if table.is_partition or (table.partition_key and column.number in table.partition_key.columns):
        raise Unwritable(f"the type of {on} belongs to the partitioned table")
    views = catalog.dependents.get(table.oid)
    if views:
        raise Unwritable(f"views read {table.qualified}: {', '.join(v.qualified for v in views[:3])}")
    if any(t.has_condition or column.number in t.columns for t in table.triggers):
        raise Unwritable(f"a trigger of {table.qualified} may use {column.name}")


def _around(catalog: Catalog, table: Relation, policies: list[Policy], statement: str) -> list[str]:
    drop = (f"DROP POLICY {name(p.name)} ON {find.sql_name(table)}" for p in policies)
    create = (s for p in policies for s in policy_ddl.restore(catalog, table, p))
    return [*drop, statement, *create]


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


def _catalog_only(catalog: Catalog, table: Relation, column: Column, new: str) -> bool:
    """Whether the server keeps heap and indexes and reads nothing, as measured on PostgreSQL 15 to 18.

    Indexes over an expression of the column are built again, and checks of it are verified again.
    """
    old = catalog.types.get(column.type_oid)
    wanted = _shape(new)
    if old is None or wanted is None or verdict(stored(old, column.typmod), wanted) != "same":
        return False
    built = any(
        (i.has_expressions and uses(i.expressions, column)) or (i.has_predicate and uses(i.predicate, column))
        for i in table.indexes
    )
    checked = any(c.kind == "c" and uses(c.expression, column) for c in table.constraints)
    keyed = any(c.kind == "f" and column.number in c.columns for c in table.constraints)
    referenced = any(column.number in k.foreign_columns for _, k in catalog.referencing.get(table.oid, ()))
    return not (built or checked or keyed or referenced)


def _shape(text: str) -> Shape | None:
    try:
        node = parse_statement(f"SELECT NULL::{text}")
    except (ParserMissing, SyntaxProblem, TooDeep):
        return None
    casts = (n.node("typeName") for n in node.walk() if n.kind == "TypeCast")
    return next((written(found) for found in casts if found is not None), None)


def base_name(catalog: Catalog, text: str) -> str:
    """Return a type's own name without its modifiers: `timestamptz` for `timestamp with time zone`."""
    shape = _shape(text)
    return shape.name if shape else text


INTENT = Intent(
    name="change-type",
    title="Change a column's type",
    group="Column",
    about="In place where nothing is rewritten; else by way of a second column.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column", kind="column"),
        Field("type", "the new type as SQL: bigint, timestamptz, numeric(12,2)", kind="type"),
        Field(
            "using", "how old values become new ones; a cast by default", required=False, kind="expression"
        ),
        Field(
            "back",
            "how new values become old ones on the way back; a cast by default",
            required=False,
            kind="expression",
        ),
        Field(
            "default",
            "the new default, where the cast of the old one does not do",
            required=False,
            kind="expression",
        ),
    ),
    plan=plan,
)
