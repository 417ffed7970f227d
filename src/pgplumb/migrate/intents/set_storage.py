"""Set storage options of a table or materialized view: fillfactor, autovacuum settings."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find, options


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write SET (...); on a partitioned table for each partition, which are what holds rows."""
    values = fields.options("options")
    targets = find.leaves(catalog, find.relation(catalog, fields.text("table")))
    up = [options.set_options(target, values) for target in targets]
    down = [s for target in targets for s in options.restore(target, values)]
    return Change(script(*up), script(*down), online=True)


INTENT = Intent(
    name="set-storage",
    title="Set storage options of a table",
    group="Table",
    about="Options such as fillfactor and those of autovacuum.",
    fields=(
        Field("table", "the table, as schema.name", kind="relation"),
        Field("options", 'names and values: {"autovacuum_vacuum_scale_factor": "0.01"}', kind="options"),
    ),
    write=write,
)
