"""Create a schema."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE SCHEMA, and USAGE for roles where asked."""
    schema = fields.text("name")
    if any(s.name == schema for s in catalog.schemas.values()):
        raise Unwritable(f"there is a schema {schema} already")
    roles = [find.role(catalog, role).name for role in fields.names("usage", ())]
    up = [f"CREATE SCHEMA {name(schema)}"]
    up += [f"GRANT USAGE ON SCHEMA {name(schema)} TO {name(role)}" for role in roles]
    return Change(script("BEGIN", *up, "COMMIT"), script(f"DROP SCHEMA {name(schema)}"), online=True)


INTENT = Intent(
    name="create-schema",
    title="Create a schema",
    group="Table",
    about="A namespace for tables, types and functions, with its owner.",
    fields=(
        Field("name", "its name", kind="name"),
        Field("usage", "roles that may use what is in it", required=False, kind="roles"),
    ),
    write=write,
)
