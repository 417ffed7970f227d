"""Create an index while readers and writers go on."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents import drop_index
from pgplumb.migrate.intents.parts import find, index_ddl, naming
from pgplumb.migrate.intents.parts.index_ddl import IndexShape
from pgplumb.migrate.intents.parts.quoting import name, names
from pgplumb.migrate.intents.parts.rows import is_empty
from pgplumb.migrate.intents.parts.steps import direct, online, ordered
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """CREATE INDEX CONCURRENTLY; a partitioned table is done partition by partition. Or at once, writers waiting."""
    table = find.relation(catalog, fields.text("table"))
    if table.kind not in "rpm":
        raise Unwritable(f"{table.qualified} cannot have an index")
    columns = fields.names("columns", ())
    expressions = fields.names("expressions", ())
    if not columns and not expressions and not fields.has("keys"):
        raise Unwritable("the field columns is missing")
    opclass = f" {fields.text('opclass')}" if fields.has("opclass") else ""
    keys = [name(c.name) + opclass for c in find.columns(table, columns)]
    keys += [f"({expression}){opclass}" for expression in expressions]
    shape = IndexShape(
        method=fields.text("method", "btree"),
        keys=fields.text("keys", "") or ", ".join(keys),
        include=names(c.name for c in find.columns(table, fields.names("include", ()))),
        unique=fields.flag("unique"),
        nulls_not_distinct=fields.flag("nulls_not_distinct"),
        where=fields.text("where", ""),
    )
    index = fields.text("name", "") or naming.index_name(catalog, table, columns or ("expr",))
    found, careful = index_ddl.steps(catalog, table, index, shape)
    at_once = [index_ddl.at_once(table, index, shape)]
    if fields.has("replaces"):
        dropped = drop_index.plan(Fields({"index": fields.text("replaces")}), catalog)[0]
        found += dropped.steps
        at_once += dropped.steps
        careful &= dropped.online
    empty = is_empty(catalog, table)
    return ordered(
        replace(online("Online: build it beside the writers", *found), online=careful),
        direct("Direct: build it while writers wait", *at_once, online=empty),
        empty,
    )


INTENT = Intent(
    name="create-index",
    title="Create an index without blocking writers",
    group="Index",
    about="Of any method, over columns or expressions, of some rows or all; built concurrently.",
    fields=(
        Field("table", "the table or materialized view, as schema.name", kind="relation"),
        Field("columns", "key columns in order", required=False, kind="columns"),
        Field("expressions", "key expressions, after the columns", required=False, kind="expressions"),
        Field("keys", "the whole list of keys as SQL, instead of columns and expressions", required=False),
        Field("method", "the access method: btree, gin, brin, ...", required=False),
        Field("opclass", "the operator class of every key", required=False),
        Field("include", "columns carried along without being searched", required=False, kind="columns"),
        Field("unique", "whether values must be unique", required=False, kind="flag"),
        Field(
            "nulls_not_distinct", "whether nulls count as equal (PostgreSQL 15)", required=False, kind="flag"
        ),
        Field("where", "the predicate of a partial index", required=False, kind="expression"),
        Field("name", "the index's name; idx_<table>_<columns> by default", required=False, kind="name"),
        Field(
            "replaces", "an index that is dropped afterwards, as schema.name", required=False, kind="index"
        ),
    ),
    plan=plan,
)
