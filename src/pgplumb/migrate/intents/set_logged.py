"""Make an unlogged table crash-safe. Its rows are written once more, under a lock."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.steps import from_change
from pgplumb.migrate.plan import Strategy


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write SET LOGGED; on a partitioned table for each unlogged partition."""
    reached = find.leaves(catalog, find.table(catalog, fields.text("table")))
    targets = [find.sql_name(t) for t in reached if t.persistence == "u"]
    up = script(*(f"ALTER TABLE {t} SET LOGGED" for t in targets))
    down = script(*(f"ALTER TABLE {t} SET UNLOGGED" for t in targets))
    return Change(up, down, online=False)


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """The one way: PostgreSQL has no form beside readers and writers."""
    title = "Direct: readers and writers wait while it is written anew; there is no other form"
    return (from_change(write(fields, catalog), title),)


INTENT = Intent(
    name="set-logged",
    title="Make an unlogged table crash-safe",
    group="Table",
    about="The table outlives a crash and reaches replicas; it is written anew.",
    fields=(Field("table", "the table, as schema.name", kind="table"),),
    write=write,
    plan=plan,
)
