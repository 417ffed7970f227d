"""The indexes that hold entries: a partitioned table's index has none of its own."""

from __future__ import annotations

from pgplumb.catalog.held import stored
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Index, Relation

__all__ = ("stored", "stored_indexes")


def stored_indexes(table: Relation, catalog: Catalog) -> list[tuple[Index, Relation]]:
    """Return all indexes with entries of a table, those on its partitions included."""
    if table.kind != "p":
        return [(index, table) for index in table.indexes]
    return [
        pair
        for child in catalog.children.get(table.oid, ())
        if child.is_partition
        for pair in stored_indexes(child, catalog)
    ]
