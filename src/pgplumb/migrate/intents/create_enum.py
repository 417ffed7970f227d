"""Create an enum type."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import literal, qualified


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE TYPE ... AS ENUM."""
    schema = find.schema(catalog, fields.text("schema", "public")).name
    new, labels = fields.text("name"), fields.names("values")
    if (
        any((t.schema, t.name) == (schema, new) for t in catalog.types.values())
        or (schema, new) in catalog.by_name
    ):
        raise Unwritable(f"there is a type {qualified(schema, new)} already")
    if len(set(labels)) < len(labels):
        raise Unwritable("a value is there twice")
    text = f"CREATE TYPE {qualified(schema, new)} AS ENUM ({', '.join(map(literal, labels))})"
    return Change(script(text), script(f"DROP TYPE {qualified(schema, new)}"), online=True)


INTENT = Intent(
    name="create-enum",
    title="Create an enum type",
    group="Type",
    about="A type of a few fixed words in their order.",
    fields=(
        Field("name", "its name", kind="name"),
        Field("values", "its values in order; none can be dropped later", kind="texts"),
        Field("schema", "its schema; public by default", required=False, kind="schema"),
    ),
    write=write,
)
