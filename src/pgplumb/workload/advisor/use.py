"""What a query asks of one table that an index could answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from pgplumb.catalog.relation import Relation


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A column, or an expression over columns, of one table."""

    sql: str
    """A column's raw name, or the expression as SQL."""
    columns: tuple[str, ...]
    is_column: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Sorted:
    """One key of an ORDER BY."""

    key: Key
    descending: bool = False
    nulls_first: bool | None = None
    """None where the direction's own default holds."""


@dataclass(frozen=True, slots=True, order=True)
class Predicate:
    """A condition without parameters, that a partial index may be made for."""

    sql: str
    columns: tuple[str, ...]


@dataclass(slots=True, eq=False)
class TableUse:
    """One mention of a table in a query; filled by `references`."""

    relation: Relation
    equal: list[Key] = field(default_factory=list)
    """Compared for equality with one value."""
    listed: list[Key] = field(default_factory=list)
    """IN a list or = ANY: rows come out of an index, but not in its order."""
    joined: list[Key] = field(default_factory=list)
    """Equal to a column of another table."""
    ranges: list[Key] = field(default_factory=list)
    rows: list[tuple[Key, ...]] = field(default_factory=list)
    """(a, b) < (x, y)."""
    prefixes: list[Key] = field(default_factory=list)
    """LIKE 'abc%'."""
    patterns: list[Key] = field(default_factory=list)
    """LIKE and ILIKE of unknown or leading-wildcard patterns, and regular expressions."""
    contains: list[tuple[Key, str]] = field(default_factory=list)
    """With the operator: @>, &&, ?, @@."""
    sort: list[Sorted] = field(default_factory=list)
    """Empty unless every key of the ORDER BY is this table's."""
    predicates: list[Predicate] = field(default_factory=list)
    limited: bool = False
    output: set[str] | None = field(default_factory=set)
    """Columns that are needed beyond the conditions; None for all."""


@dataclass(frozen=True, slots=True)
class Write:
    """What a statement does to one table's rows."""

    relation: Relation
    kind: str
    """INSERT, UPDATE, DELETE or MERGE."""
    columns: frozenset[str]
    """What an UPDATE sets."""


@dataclass(frozen=True, slots=True)
class QueryUses:
    """All that one query asks."""

    tables: tuple[TableUse, ...]
    writes: tuple[Write, ...]

    def relations(self) -> frozenset[int]:
        """Oids of the tables that it reads or writes."""
        return frozenset((*(u.relation.oid for u in self.tables), *(w.relation.oid for w in self.writes)))
