"""How much a relation holds by pg_class's estimates.

A partitioned table holds nothing itself: ANALYZE leaves its relpages at -1 and autovacuum never counts its rows, and
the index of one has no pages. What they hold is what their partitions do.
"""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Index, Relation


def leaves(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield the tables that hold the rows: the partitions below a partitioned table, or the table itself."""
    if relation.kind != "p":
        yield relation
        return
    for child in catalog.children.get(relation.oid, ()):
        yield from leaves(child, catalog)


def held_pages(relation: Relation, catalog: Catalog) -> int:
    """Return the pages of the heap, partitions summed; 0 where nothing was counted yet."""
    return sum(max(leaf.pages, 0) for leaf in leaves(relation, catalog))


def held_rows(relation: Relation, catalog: Catalog) -> float | None:
    """Return the rows, partitions summed; None where a part of them was never counted."""
    total = 0.0
    for leaf in leaves(relation, catalog):
        # Before 14 a table that nobody counted is like an empty one.
        if leaf.tuples < 0 or (catalog.server_version < 140000 and not leaf.tuples and leaf.pages <= 0):
            return None
        total += leaf.tuples
    return total


def stored(index: Index, table: Relation, catalog: Catalog) -> list[tuple[Index, Relation]]:
    """Return the index with its table, or the parts that are attached to it on the partitions below."""
    if not index.is_partitioned:
        return [(index, table)]
    found = []
    for child in catalog.children.get(table.oid, ()):
        for own in child.indexes:
            if own.parent == index.oid:
                found += stored(own, child, catalog)
    return found


def held_index_pages(index: Index, table: Relation, catalog: Catalog) -> int:
    """Return the pages of an index, its parts on partitions summed."""
    return sum(max(part.pages, 0) for part, _ in stored(index, table, catalog))
