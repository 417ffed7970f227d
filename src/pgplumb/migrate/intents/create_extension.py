"""Install an extension."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE EXTENSION, its schema made first where there is none yet."""
    extension = fields.text("extension")
    if any(e.name == extension for e in catalog.extensions.values()):
        raise Unwritable(f"{extension} is installed")
    schema = fields.text("schema", "")
    up, down = [], [f"DROP EXTENSION {name(extension)}"]
    if schema and all(s.name != schema for s in catalog.schemas.values()):
        up.append(f"CREATE SCHEMA {name(schema)}")
        down.append(f"DROP SCHEMA {name(schema)}")
    up.append(f"CREATE EXTENSION {name(extension)}" + (f" SCHEMA {name(schema)}" if schema else ""))
    return Change(script(*up), script(*down), online=True)


INTENT = Intent(
    name="create-extension",
    title="Install an extension",
    group="Server",
    about="Makes an extension that the server has available usable in this database.",
    fields=(
        Field("extension", "its name", kind="name"),
        Field("schema", "where its objects go", required=False, kind="name"),
    ),
    write=write,
)
