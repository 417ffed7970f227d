"""Add a value to an enum."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import literal, qualified
from pgplumb.migrate.intents.parts.steps import direct, short
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ALTER TYPE ... ADD VALUE at its place, in a transaction of its own, before which the value cannot be used.

    PostgreSQL has no way back: see enum-remove-value.
    """
    enum = find.enum(catalog, fields.text("enum"))
    value = fields.text("value")
    if value in enum.labels:
        raise Unwritable(f"{enum.name} has the value {value} already")
    place = ""
    for word in ("before", "after"):
        if fields.has(word):
            if fields.text(word) not in enum.labels:
                raise Unwritable(f"{enum.name} has no value {fields.text(word)}")
            place = f" {word.upper()} {literal(fields.text(word))}"
    if not place and enum.labels:
        place = f" AFTER {literal(enum.labels[-1])}"
    up = f"ALTER TYPE {qualified(enum.schema, enum.name)} ADD VALUE {literal(value)}{place}"
    return (direct("Direct: one statement that locks no table", short(up, None, "add the value")),)


INTENT = Intent(
    name="enum-add-value",
    title="Add a value to an enum",
    group="Type",
    about="One more word in an enum, before or after another.",
    fields=(
        Field("enum", "the type, as schema.name", kind="enum"),
        Field("value", "the new value"),
        Field("before", "the value that follows it", required=False),
        Field("after", "or the value that it follows; the last one by default", required=False),
    ),
    plan=plan,
)
