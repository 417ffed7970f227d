"""Bring an extension to the version that the server's files hold."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import literal, name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER EXTENSION ... UPDATE. Extensions ship no scripts for the way back."""
    extension = find.extension(catalog, fields.text("extension"))
    version = f" TO {literal(fields.text('version'))}" if fields.has("version") else ""
    return Change(script(f"ALTER EXTENSION {name(extension.name)} UPDATE{version}"), None, online=True)


INTENT = Intent(
    name="update-extension",
    title="Update an extension",
    group="Server",
    about="Brings an extension to another version that the server has.",
    fields=(
        Field("extension", "its name", kind="extension"),
        Field("version", "to which version; the newest by default", required=False),
    ),
    write=write,
)
