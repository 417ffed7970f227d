"""Let rows be marked as deleted: unique keys then hold among the live ones alone."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Index, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents import drop_index
from pgplumb.migrate.intents.drop_constraint import restore
from pgplumb.migrate.intents.parts import find, index_ddl, naming
from pgplumb.migrate.intents.parts.hanging import suffixed
from pgplumb.migrate.intents.parts.quoting import name, names, qualified
from pgplumb.migrate.intents.parts.steps import alone, direct, online, short
from pgplumb.migrate.plan import Step, Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ADD COLUMN, unique indexes of live rows in the place of those of all rows, a view of the live rows."""
    table = find.table(catalog, fields.text("table"))
    column = fields.text("column", "deleted_at")
    if table.column_named(column) is not None:
        raise Unwritable(f"{table.qualified} has a column {column} already")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    steps = [
        short(
            f"{alter} ADD COLUMN {name(column)} timestamptz",
            f"{alter} DROP COLUMN {name(column)}",
            "add the column",
        )
    ]
    replaced: list[Step] = []
    if fields.flag("unique", True):
        for index in table.indexes:
            replaced += _among_the_live(catalog, table, index, column)
    steps += replaced
    if fields.has("view"):
        view = qualified(table.schema, naming.new_relation(catalog, table.schema, fields.text("view")))
        invoker = " WITH (security_invoker = true)" if catalog.server_version >= 150000 else ""
        columns = names(c.name for c in table.columns)
        query = f"SELECT {columns} FROM {find.sql_name(table)} WHERE {name(column)} IS NULL"
        steps.append(
            short(f"CREATE VIEW {view}{invoker} AS {query}", f"DROP VIEW {view}", "show the live rows")
        )
    if replaced:
        return (online("Online: keys among live rows are built first", *steps),)
    return (direct("Direct: short steps alone", *steps),)


def _among_the_live(catalog: Catalog, table: Relation, index: Index, column: str) -> list[Step]:
    """Return the steps that put a unique index of live rows in the place of one; none for keys of foreign keys."""
    referenced = any(key.index == index.oid for _, key in catalog.referencing.get(table.oid, ()))
    if not index.is_unique or index.is_primary or index.is_replica_identity or referenced:
        return []
    if table.kind == "p" or index.parent:
        return []
    constraint = next((c for c in table.constraints if c.index == index.oid and c.kind == "u"), None)
    shape = index_ddl.shape_of(catalog, table, index)
    live = f"{name(column)} IS NULL"
    shape = replace(shape, where=f"({shape.where}) AND {live}" if shape.where else live)
    taken = naming.relation_taken(catalog, table.schema)
    own = naming.free(suffixed(index.name, "_live"), taken)
    build = index_ddl.built(table, own, shape, about=f"build {own}, unique among live rows")
    return [build, _gone(catalog, table, index, constraint, live)]


def _gone(catalog: Catalog, table: Relation, index: Index, constraint: Constraint | None, live: str) -> Step:
    gate = f"deploy code whose ON CONFLICT says WHERE {live}, where it relies on {index.name}"
    if constraint is None:
        found = drop_index.plan(Fields({"index": f"{qualified(table.schema, index.name)}"}), catalog)[
            0
        ].steps[0]
        return replace(found, gate=gate)
    drop = f"ALTER TABLE {find.sql_name(table)} DROP CONSTRAINT {name(constraint.name)}"
    back = restore(catalog, table, constraint)
    return alone(drop, back, f"drop {constraint.name}", phase="contract", waits_for="", gate=gate, lock_timeout="2s",
                 statement_timeout="5s")  # fmt: skip


INTENT = Intent(
    name="soft-delete",
    title="Mark rows as deleted instead of deleting them",
    group="Column",
    about="A column says when a row was deleted; unique indexes count the others alone.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the time of the deletion; deleted_at by default", required=False, kind="name"),
        Field(
            "unique",
            "whether unique keys hold among live rows alone; yes by default",
            required=False,
            kind="flag",
        ),
        Field("view", "the name of a view of the live rows", required=False, kind="name"),
    ),
    plan=plan,
)
