"""Drop a table, after the code that uses it; every foreign key by itself first, so that no partner waits long."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.drop_constraint import restore
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, qualified
from pgplumb.migrate.intents.parts.steps import alone, direct, shim, short
from pgplumb.migrate.intents.parts.views import stand_in
from pgplumb.migrate.plan import Step, Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """Foreign keys one at a time, then DROP TABLE; or renamed behind a view first, so that a mistake costs nothing."""
    table = find.table(catalog, fields.text("table"))
    views = catalog.dependents.get(table.oid)
    if views:
        raise Unwritable(f"views read {table.qualified}: {', '.join(v.qualified for v in views[:3])}")
    if table.is_partition:
        raise Unwritable(f"{table.qualified} is a partition: see detach-partition")
    gate = f"deploy code that does not use {table.name}"
    if fields.flag("archive"):
        return (_archived(fields, catalog, table, gate),)
    keys = _without_keys(catalog, table)
    drop = short(
        f"DROP TABLE {find.sql_name(table)}",
        None,
        "drop the table with its rows",
        phase="contract",
        gate=gate,
    )
    plain = direct("Direct: after the code, its rows are lost", *keys, drop)
    if table.row_security and catalog.server_version < 150000:
        return (plain,)
    hidden = naming.free(
        naming.compose(table.name, (), "dropped"), naming.relation_taken(catalog, table.schema)
    )
    new = qualified(table.schema, hidden)
    rename = f"ALTER TABLE {find.sql_name(table)} RENAME TO {name(hidden)}"
    back = f"ALTER TABLE {new} RENAME TO {name(table.name)}"
    view, gone = stand_in(catalog, table, new), f"DROP VIEW {find.sql_name(table)}"
    aside = short([rename, *view], [gone, back], "put a view in its place", phase="switch")
    unseen = short(gone, view, "take the view away: who still uses it fails, and can be helped", phase="switch",
                   gate=gate)  # fmt: skip
    last = short(f"DROP TABLE {new}", None, "drop the table with its rows", phase="contract",
                 gate="wait until nobody missed it for long enough")  # fmt: skip
    return plain, shim(
        "With a view in its place first, which can be taken away and brought back", *keys, aside, unseen, last
    )


def _without_keys(catalog: Catalog, table: Relation) -> list[Step]:
    pairs = [(table, key) for key in table.foreign_keys]
    pairs += [(other, key) for other, key in catalog.referencing.get(table.oid, ()) if other.oid != table.oid]
    steps = []
    for owner, key in pairs:
        if key.parent:
            continue
        up = f"ALTER TABLE {find.sql_name(owner)} DROP CONSTRAINT {name(key.name)}"
        try:
            down = restore(catalog, owner, key)
        except Unwritable:
            down = None
        steps.append(alone(up, down, f"drop {key.name}, which locks both tables for a moment", phase="switch",
                           waits_for="readers and writers of both tables", lock_timeout="2s",
                           statement_timeout="0"))  # fmt: skip
    return steps


def _archived(fields: Fields, catalog: Catalog, table: Relation, gate: str) -> Strategy:
    """Move the table to a schema for what is kept, with all its rows."""
    schema = fields.text("archive_schema", "archive")
    up, down = [], []
    if all(s.name != schema for s in catalog.schemas.values()):
        up, down = [f"CREATE SCHEMA {name(schema)}"], [f"DROP SCHEMA {name(schema)}"]
    elif naming.relation_taken(catalog, schema)(table.name):
        raise Unwritable(f"there is a relation {qualified(schema, table.name)} already")
    up.append(f"ALTER TABLE {find.sql_name(table)} SET SCHEMA {name(schema)}")
    down.insert(0, f"ALTER TABLE {qualified(schema, table.name)} SET SCHEMA {name(table.schema)}")
    step = short(up, down, "move it away with its rows", phase="contract", gate=gate)
    return direct(
        "Direct: after the code, moved to another schema with its rows", *_without_keys(catalog, table), step
    )


INTENT = Intent(
    name="drop-table",
    title="Drop a table",
    group="Table",
    about="Takes a table away when no code uses it; it can be moved aside with its rows instead.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("archive", "whether it is moved away with its rows instead", required=False, kind="flag"),
        Field("archive_schema", "where to; archive by default", required=False, kind="name"),
    ),
    plan=plan,
)
