"""Set a view's options: security_invoker, security_barrier."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, options


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER VIEW ... SET."""
    view = find.relation(catalog, fields.text("view"))
    if view.kind != "v":
        raise Unwritable(f"{view.qualified} is no view")
    values = fields.options("options")
    if "security_invoker" in values and catalog.server_version < 150000:
        raise Unwritable("security_invoker came with PostgreSQL 15")
    up = options.set_options(view, values)
    return Change(script(up), script(*options.restore(view, values)), online=True)


INTENT = Intent(
    name="set-view-options",
    title="Set options of a view",
    group="View",
    about="Options such as security_invoker and security_barrier.",
    fields=(
        Field("view", "the view, as schema.name", kind="view"),
        Field("options", 'names and values: {"security_invoker": "true"}', kind="options"),
    ),
    write=write,
)
