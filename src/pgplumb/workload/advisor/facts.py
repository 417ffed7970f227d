"""What the candidates of one database depend on: figures of tables and columns, types, extensions."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.statistics import ColumnStatistics, Statistics, TableCounters
from pgplumb.catalog.unread import Unread
from pgplumb.workload.advisor.use import Key

TINY_PAGES = 24
"""Tables below are read as a whole faster than by any index worth its upkeep."""
WIDE = 200
"""Bytes: columns wider on average are no keys."""
_C_COLLATIONS = frozenset((950, 951))


@dataclass(frozen=True)
class Facts:
    """A catalog with its statistics, asked by name."""

    catalog: Catalog
    statistics: Statistics

    def counters(self, relation: Relation) -> TableCounters | None:
        """Return a table's counters; those of all partitions together for a partitioned one are not kept."""
        return self.statistics.tables.get(relation.oid)

    def pages(self, relation: Relation) -> int:
        """Return how many pages a table has, partitions included."""
        own = self.counters(relation)
        below = sum(self.pages(child) for child in self.catalog.children.get(relation.oid, ()))
        return max(own.pages if own else relation.pages, 0) + below

    def tuples(self, relation: Relation) -> float:
        """Return how many rows a table has, partitions included; -1 where nothing of it was ever analysed."""
        own = self.counters(relation)
        found = [own.tuples if own else relation.tuples] if relation.kind != "p" else []
        found += [self.tuples(child) for child in self.catalog.children.get(relation.oid, ())]
        known = [rows for rows in found if rows >= 0]
        return sum(known) if known else -1.0

    def column(self, relation: Relation, name: str) -> Column | None:
        """Return a column by name."""
        return relation.column_named(name)

    def column_statistics(self, relation: Relation, name: str) -> ColumnStatistics | None:
        """Return what pg_stats says of a column; of the largest partition where the parent has none."""
        column = relation.column_named(name)
        if column is None or isinstance(self.statistics.columns, Unread):
            return None
        found = self.statistics.columns.get((relation.oid, column.number))
        if found is None:
            children = self.catalog.children.get(relation.oid, ())
            largest = max(children, key=lambda child: (self.pages(child), child.name), default=None)
            return self.column_statistics(largest, name) if largest is not None else None
        return found

    def distinct(self, relation: Relation, key: Key) -> float:
        """Return how many different values a key has; those of its columns for an expression."""
        total = 1.0
        rows = max(self.tuples(relation), 1.0)
        for name in key.columns:
            found = self.column_statistics(relation, name)
            count = found.distinct if found else 100.0
            total *= -count * rows if count < 0 else max(count, 1.0)
        return min(total, rows)

    def width(self, relation: Relation, name: str) -> int:
        """Return the average bytes of a column."""
        found = self.column_statistics(relation, name)
        return found.average_width if found else 16

    def type_name(self, relation: Relation, name: str) -> str:
        """Return a column's type by its typname, a domain's base type; arrays begin with an underscore."""
        column = relation.column_named(name)
        kind = self.catalog.types.get(column.type_oid) if column else None
        while kind is not None and kind.kind == "d" and kind.base in self.catalog.types:
            kind = self.catalog.types[kind.base]
        return kind.name if kind else ""

    def unanalysed(self, relation: Relation) -> str | None:
        """Return why a table's statistics cannot be trusted, or None."""
        if relation.oid in self.statistics.unreadable:
            return f"the statistics of {relation.qualified} may not be read by this role"
        if self.tuples(relation) < 0:
            return f"{relation.qualified} was never analysed: run ANALYZE {relation.qualified}"
        return None

    def tiny(self, relation: Relation) -> bool:
        """Whether a table is too small for any index to matter."""
        return self.pages(relation) < TINY_PAGES

    def all_visible(self, relation: Relation) -> float:
        """Return the share of a table's pages that index-only scans need not visit."""
        found = self.counters(relation)
        return found.all_visible / found.pages if found and found.pages else 0.0

    def extension_schema(self, name: str) -> str | None:
        """Return the schema of an installed extension."""
        for extension in self.catalog.extensions.values():
            if extension.name == name:
                return extension.schema
        return None

    def sorts_by_byte(self, relation: Relation, name: str) -> bool:
        """Whether LIKE 'abc%' can use a column's ordinary order."""
        column = relation.column_named(name)
        if column is None or column.collation in _C_COLLATIONS:
            return True
        collation = self.catalog.collations.get(column.collation)
        if collation is not None and collation.name in ("C", "POSIX", "ucs_basic"):
            return True
        default = collation is None or collation.name == "default"
        return default and self.catalog.database.collate in ("C", "POSIX")
