"""Move an extension's objects to a schema of their own."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER EXTENSION ... SET SCHEMA, the schema made first where there is none yet."""
    extension = find.extension(catalog, fields.text("extension"))
    if not extension.relocatable:
        raise Unwritable(f"{extension.name} cannot be moved")
    schema = fields.text("schema", "extensions")
    alter = f"ALTER EXTENSION {name(extension.name)} SET SCHEMA"
    up, down = [f"{alter} {name(schema)}"], [f"{alter} {name(extension.schema)}"]
    if all(s.name != schema for s in catalog.schemas.values()):
        up.insert(0, f"CREATE SCHEMA {name(schema)}")
        down.append(f"DROP SCHEMA {name(schema)}")
    return Change(script(*up), script(*down), online=True)


INTENT = Intent(
    name="alter-extension-schema",
    title="Move an extension to another schema",
    group="Server",
    about="Moves the objects of an extension that can be relocated.",
    fields=(
        Field("extension", "its name", kind="extension"),
        Field("schema", "where to; extensions by default", required=False, kind="name"),
    ),
    write=write,
)
