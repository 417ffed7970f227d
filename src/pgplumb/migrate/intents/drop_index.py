"""Drop an index while readers and writers go on; the way back is its definition."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, index_ddl
from pgplumb.migrate.intents.parts.quoting import literal, qualified


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write DROP INDEX CONCURRENTLY; an index that backs a constraint or a parent's index is refused."""
    table, index = find.index(catalog, fields.text("index"))
    if any(c.index == index.oid and c.kind in "pux" for c in table.constraints):
        raise Unwritable(f"{index.name} backs a constraint")
    if index.parent:
        raise Unwritable(f"{index.name} is a part of a partitioned table's index")
    try:
        shape = index_ddl.shape_of(catalog, table, index)
        statements, _ = index_ddl.create(catalog, table, index.name, shape)
        if index.comment:
            statements.append(
                f"COMMENT ON INDEX {qualified(table.schema, index.name)} IS {literal(index.comment)}"
            )
        down = script(*statements)
    except Unwritable:
        down = None
    return Change(script(index_ddl.drop(catalog, table, index.name)), down, online=not index.is_partitioned)


INTENT = Intent(
    name="drop-index",
    title="Drop an index without blocking readers",
    fields=(Field("index", "the index, as schema.name"),),
    write=write,
)
