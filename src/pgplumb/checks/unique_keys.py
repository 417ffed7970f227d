"""Unique keys that could serve as a primary key or a replica identity."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Index, Relation
from pgplumb.checks.finding import Fix, Value

_MOST_COLUMNS = 1600


def deferrable_indexes(table: Relation) -> set[int]:
    """Return the oids of indexes whose constraint may be checked at commit: they identify no row before."""
    return {c.index for c in table.constraints if c.deferrable and c.kind in "pux"}


def whole_unique_indexes(table: Relation) -> list[Index]:
    """Return valid unique indexes over plain columns and all rows, checked at once; fewest nullable columns first."""
    late = deferrable_indexes(table)
    nullable = {c.number for c in table.columns if not c.not_null}
    found = [
        index
        for index in table.indexes
        if index.is_unique
        and not index.is_exclusion
        and index.is_valid
        and not index.has_predicate
        and not index.has_expressions
        and index.oid not in late
    ]
    return sorted(found, key=lambda index: (sum(n in nullable for n in index.key_columns), index.key_count))


def identity_index(table: Relation) -> Index | None:
    """Return a unique index whose columns are all NOT NULL, so that it can be a replica identity."""
    required = {c.number for c in table.columns if c.not_null}
    return next((i for i in whole_unique_indexes(table) if required.issuperset(i.key_columns)), None)


def primary_key_fix(table: Relation, catalog: Catalog) -> Fix | None:
    """Return how to give a table a primary key: over a unique key, over `id`, or over a new identity column."""
    fields: dict[str, Value] = {"table": table.qualified}
    candidates = whole_unique_indexes(table)
    if candidates:
        fields["columns"] = table.column_names(candidates[0].key_columns)
        return Fix("add-primary-key", fields)
    has_id = table.column_named("id") is not None
    if table.partition_key is not None:
        # The key of a partitioned table holds every column of its partition key and of those below.
        parts = _partition_columns(table, catalog)
        if not has_id or 0 in parts:
            return None
        fields["columns"] = tuple(dict.fromkeys((*table.column_names(parts), "id")))
    elif has_id:
        fields["columns"] = ("id",)
    elif catalog.children.get(table.oid) or len(table.columns) >= _MOST_COLUMNS:
        # An identity column is not inherited, and there is an end to columns.
        return None
    return Fix("add-primary-key", fields)


def _partition_columns(table: Relation, catalog: Catalog) -> tuple[int, ...]:
    """Return the key columns of a partitioned table and of partitioned tables below it, by its own numbers, or 0."""
    found = list(table.partition_key.columns) if table.partition_key else []
    for child in catalog.children.get(table.oid, ()):
        below = (child.column(number) for number in _partition_columns(child, catalog))
        mine = (table.column_named(column.name) if column else None for column in below)
        found.extend(column.number if column else 0 for column in mine)
    return tuple(dict.fromkeys(found))
