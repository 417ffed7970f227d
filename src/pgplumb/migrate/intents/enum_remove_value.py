"""Take a value out of an enum: PostgreSQL cannot, so that a new type takes the old one's place."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.model import Catalog, Type
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.exchange import Exchange
from pgplumb.migrate.intents.parts.hanging import suffixed
from pgplumb.migrate.intents.parts.quoting import literal, name, qualified
from pgplumb.migrate.intents.parts.rows import at_once, batches
from pgplumb.migrate.intents.parts.steps import batched, online, short
from pgplumb.migrate.plan import Step, Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """A new type, a new column of it for each column of the old one, and the type's names swapped at the end."""
    enum = find.enum(catalog, fields.text("enum"))
    value, instead = fields.text("value"), fields.text("replacement", "")
    if value not in enum.labels:
        raise Unwritable(f"{enum.name} has no value {value}")
    labels = [label for label in enum.labels if label != value]
    if instead and instead not in labels:
        raise Unwritable(f"{enum.name} has no value {instead} to put in its place")
    users = list(_users(catalog, enum))
    raw = suffixed(enum.name, "_new")
    new, old = qualified(enum.schema, raw), qualified(enum.schema, enum.name)
    make = short(
        f"CREATE TYPE {new} AS ENUM ({', '.join(map(literal, labels))})",
        f"DROP TYPE {new}",
        "make the new type",
    )
    steps: list[Step] = [make]
    for table, column in users:
        steps += _moved(catalog, table, column, value, instead, new)
    kept = suffixed(enum.name, "_old")
    swap = [f"ALTER TYPE {old} RENAME TO {name(kept)}", f"ALTER TYPE {new} RENAME TO {name(enum.name)}"]
    undo = [
        f"ALTER TYPE {old} RENAME TO {name(raw)}",
        f"ALTER TYPE {qualified(enum.schema, kept)} RENAME TO {name(enum.name)}",
    ]
    steps.append(short(swap, undo, "give the new type the old one's name", phase="switch"))
    again = f"CREATE TYPE {qualified(enum.schema, kept)} AS ENUM ({', '.join(map(literal, enum.labels))})"
    steps.append(
        short(f"DROP TYPE {qualified(enum.schema, kept)}", again, "drop the old type", phase="contract")
    )
    return (online("Online: a new type takes the old one's place", *steps),)


def _users(catalog: Catalog, enum: Type) -> list[tuple[Relation, Column]]:
    array = {t.oid for t in catalog.types.values() if t.element == enum.oid}
    found = []
    for relation in sorted(catalog.relations.values(), key=lambda r: (r.schema, r.name)):
        for column in relation.columns if not relation.is_partition else ():
            if column.type_oid in array:
                raise Unwritable(f"{relation.qualified}.{column.name} is an array of {enum.name}")
            if column.type_oid == enum.oid:
                if not relation.is_table:
                    raise Unwritable(f"{relation.qualified} shows a column of the type {enum.name}")
                found.append((relation, column))
    for function in catalog.functions.values():
        if enum.oid in (*function.arguments, function.returns):
            raise Unwritable(f"the function {function.name} takes or returns {enum.name}")
    return found


def _moved(
    catalog: Catalog, table: Relation, column: Column, value: str, instead: str, new: str
) -> list[Step]:
    quoted = name(column.name)
    steps: list[Step] = []
    other = literal(instead) if instead else "NULL"
    # Rows with the value change first: a cast would fail on them.
    change = batches(table, f"{quoted} = {other}", f"t.{quoted} = {literal(value)}")
    steps.append(replace(batched(at_once(change), change, f"put another value where {column.name} is {value}"),
                         reversible="shape"))  # fmt: skip
    default = find.known(column.default, f"the default of {column.name}") if column.has_default else ""
    old_type = qualified(*_type_name(catalog, column))
    text = default.rpartition("::")[0] if default.endswith(old_type) or "::" in default else default
    forth = f"(CASE WHEN {quoted}::text <> {literal(value)} THEN {quoted}::text"
    forth += f" ELSE {literal(instead)}" if instead else ""
    forth += f" END)::{new}"
    exchange = Exchange(
        catalog,
        table,
        column,
        new,
        forth,
        f"{quoted}::text::{old_type}",
        f"{text}::{new}" if text and text != literal(value) else "",
    )
    return steps + exchange.steps()


def _type_name(catalog: Catalog, column: Column) -> tuple[str, str]:
    found = catalog.types[column.type_oid]
    return found.schema, found.name


INTENT = Intent(
    name="enum-remove-value",
    title="Take a value out of an enum",
    group="Type",
    about="A new type without the value takes the old one's place in every column.",
    fields=(
        Field("enum", "the type, as schema.name", kind="enum"),
        Field("value", "the value that goes"),
        Field("replacement", "the value that takes its place in rows; null by default", required=False),
    ),
    plan=plan,
)
