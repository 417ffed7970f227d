"""Create an index while readers and writers go on."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents import drop_index
from pgplumb.migrate.intents.parts import find, index_ddl, naming
from pgplumb.migrate.intents.parts.index_ddl import IndexShape
from pgplumb.migrate.intents.parts.quoting import name, names


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE INDEX CONCURRENTLY; a partitioned table is done partition by partition."""
    table = find.relation(catalog, fields.text("table"))
    if table.kind not in "rpm":
        raise Unwritable(f"{table.qualified} cannot have an index")
    columns = fields.names("columns", ())
    expressions = fields.names("expressions", ())
    if not columns and not expressions:
        raise Unwritable("the field columns is missing")
    opclass = f" {fields.text('opclass')}" if fields.has("opclass") else ""
    keys = [name(c.name) + opclass for c in find.columns(table, columns)]
    keys += [f"({expression}){opclass}" for expression in expressions]
    shape = IndexShape(
        method=fields.text("method", "btree"),
        keys=", ".join(keys),
        include=names(c.name for c in find.columns(table, fields.names("include", ()))),
        unique=fields.flag("unique"),
        nulls_not_distinct=fields.flag("nulls_not_distinct"),
        where=fields.text("where", ""),
    )
    index = fields.text("name", "") or naming.index_name(catalog, table, columns or ("expr",))
    statements, online = index_ddl.create(catalog, table, index, shape)
    change = Change(script(*statements), script(index_ddl.drop(catalog, table, index)), online)
    return _instead(change, fields.text("replaces"), catalog) if fields.has("replaces") else change


def _instead(created: Change, old: str, catalog: Catalog) -> Change:
    """Add that another index goes once the new one is there, and comes back before the new one goes."""
    dropped = drop_index.write(Fields({"index": old}), catalog)
    back = None if dropped.down is None or created.down is None else f"{dropped.down}\n{created.down}"
    return Change(f"{created.up}\n{dropped.up}", back, created.online and dropped.online)


INTENT = Intent(
    name="create-index",
    title="Create an index without blocking writers",
    fields=(
        Field("table", "the table or materialized view, as schema.name"),
        Field("columns", "key columns in order", required=False),
        Field("expressions", "key expressions, after the columns", required=False),
        Field("method", "the access method: btree, gin, brin, ...", required=False),
        Field("opclass", "the operator class of every key", required=False),
        Field("include", "columns carried along without being searched", required=False),
        Field("unique", "whether values must be unique", required=False),
        Field("nulls_not_distinct", "whether nulls count as equal (PostgreSQL 15)", required=False),
        Field("where", "the predicate of a partial index", required=False),
        Field("name", "the index's name; idx_<table>_<columns> by default", required=False),
        Field("replaces", "an index that is dropped afterwards, as schema.name", required=False),
    ),
    write=write,
)
