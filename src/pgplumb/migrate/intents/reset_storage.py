"""Take storage options of a table back to the server's defaults."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, options


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write RESET (...) wherever an option is set, the partitions of a partitioned table included."""
    keys = fields.names("options")
    reached = find.leaves(catalog, find.relation(catalog, fields.text("table")))
    targets = [t for t in reached if any(t.option(k) is not None for k in keys)]
    if not targets:
        raise Unwritable("no option is set")
    up = [options.reset_options(target, keys) for target in targets]
    down = [
        options.set_options(target, {k: v for k in keys if (v := target.option(k)) is not None})
        for target in targets
    ]
    return Change(script(*up), script(*down), online=True)


INTENT = Intent(
    name="reset-storage",
    title="Take storage options back to their defaults",
    group="Table",
    about="Options such as fillfactor and those of autovacuum go back to the defaults.",
    fields=(
        Field("table", "the table, as schema.name", kind="relation"),
        Field("options", "the options' names", kind="texts"),
    ),
    write=write,
)
