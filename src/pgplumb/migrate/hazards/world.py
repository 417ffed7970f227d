"""What there is when a statement runs: the catalog, changed by the statements before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pgplumb.catalog.held import held_pages, held_rows
from pgplumb.catalog.model import Catalog, Type
from pgplumb.catalog.relation import Column, Relation
from pgplumb.foundation.names import dotted
from pgplumb.foundation.text import count, size
from pgplumb.migrate.hazards.effect import Effects, Target
from pgplumb.migrate.hazards.step import Step
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import range_name

BLOCK = 8192
"""Bytes of a page."""

Name = tuple[str, str]
"""Schema and name."""


@dataclass
class Made:
    """What the migration itself made so far, and what it proved."""

    relations: dict[Name, Node | None] = field(default_factory=dict)
    """New tables, views and sequences with the statement that makes them."""
    indexes: dict[Name, Node] = field(default_factory=dict)
    types: set[Name] = field(default_factory=set)
    enum_labels: dict[str, int | None] = field(default_factory=dict)
    """Labels added to enums that existed, with the transaction."""
    constraints: dict[tuple[str, str], tuple[Node, int | None]] = field(default_factory=dict)
    """By table and name, with the transaction that added them."""
    policies: set[str] = field(default_factory=set)
    """Tables that got a policy."""
    not_null: set[tuple[str, str]] = field(default_factory=set)
    """Columns of tables that are now known to hold no null."""
    dropped: set[str] = field(default_factory=set)
    """Constraints, as `table.name`, and relations."""


class World:
    """The catalog (or none) and what the migration did to it so far."""

    def __init__(self, catalog: Catalog | None, steps: tuple[Step, ...] = ()) -> None:
        self.catalog = catalog
        self.steps = steps
        """All steps of the migration."""
        self.past: list[Effects] = []
        """The effects of the steps so far, in order."""
        self.made = Made()
        self.renamed: dict[Name, Relation] = {}
        self.opaque = False
        """Whether an earlier statement may have made things that cannot be seen in its text."""
        self.search_path: tuple[str, ...] = _search_path(catalog)
        self.time_zone: str | None = _reset_value(catalog, "TimeZone")

    def find(self, name: tuple[str, ...]) -> tuple[Target, Relation | None]:
        """Return a relation by its name, qualified or not, and its record where it existed and is known."""
        name = name[-2:]
        candidates = (
            [(name[0], name[1])] if len(name) == 2 else [(schema, name[-1]) for schema in self.search_path]
        )
        for candidate in candidates:
            if candidate in self.made.relations:
                return Target(dotted(*candidate), existed=False), None
            if candidate in self.renamed:
                return Target(dotted(*candidate), existed=True), self.renamed[candidate]
            relation = self.catalog.by_name.get(candidate) if self.catalog else None
            if relation is not None and dotted(*candidate) not in self.made.dropped:
                return Target(relation.qualified, existed=True), relation
        missing = self.catalog is not None and not self.opaque
        return Target(dotted(*candidates[0]), existed=not missing, missing=missing), None

    def ranged(self, node: Node | None) -> tuple[Target, Relation | None]:
        """Return the relation that a RangeVar names."""
        if node is None:
            return Target("?", existed=True), None
        if node.text("relpersistence") == "t":
            return Target(dotted(node.text("relname")), existed=False), None
        return self.find(range_name(node))

    def new_name(self, node: Node | None) -> Name:
        """Return schema and name of a relation that is made: in the first schema of the path by default."""
        name = range_name(node) if node else ("?",)
        return (name[0], name[1]) if len(name) == 2 else (self.search_path[0], name[-1])

    def index_table(self, name: tuple[str, ...]) -> tuple[Target | None, Relation | None]:
        """Return the table of an index: None where it is not known."""
        wanted = (
            [(name[-2], name[-1])] if len(name) > 1 else [(schema, name[-1]) for schema in self.search_path]
        )
        for candidate in wanted:
            if candidate in self.made.indexes:
                return self.ranged(self.made.indexes[candidate].node("relation"))
            if self.catalog is not None and candidate in self.catalog.indexes:
                relation, _ = self.catalog.indexes[candidate]
                return Target(relation.qualified, existed=True), relation
        return None, None

    def descendants(self, relation: Relation) -> Iterator[Target]:
        """Yield partitions and inheritance children, at every depth."""
        for child in self.catalog.children.get(relation.oid, ()) if self.catalog else ():
            yield Target(child.qualified, existed=True)
            yield from self.descendants(child)

    def leaves(self, target: Target) -> Iterator[str]:
        """Yield the relations that hold a table's rows: its partitions where it is partitioned."""
        _, record = self.find(split_name(target.id))
        if record is None or record.kind != "p" or self.catalog is None:
            yield target.id
            return
        for child in self.catalog.children.get(record.oid, ()):
            yield from self.leaves(Target(child.qualified, existed=True))

    def owned_sequences(self, relation: Relation, column: int | None = None) -> Iterator[Target]:
        """Yield the sequences that go when a table goes, or one of its columns."""
        for other in self.catalog.relations.values() if self.catalog else ():
            sequence = other.sequence
            if (
                sequence
                and sequence.owner_relation == relation.oid
                and column in (None, sequence.owner_column)
            ):
                yield Target(other.qualified, existed=True)

    def relation(self, oid: int) -> Relation | None:
        """Return a relation by its oid."""
        return self.catalog.relations.get(oid) if self.catalog else None

    def qualified(self, name: tuple[str, ...]) -> str:
        """Return a name as objects are written, in the first schema of the path where it has none."""
        return dotted(*(name if len(name) > 1 else (self.search_path[0], *name)))

    def extent(self, target: Target) -> str:
        """Return how large a relation is, in brackets; empty where that is not known."""
        _, record = self.find(split_name(target.id))
        rows = self.rows(record)
        if record is None or self.catalog is None or rows is None:
            return ""
        return f" ({count(rows)} rows, {size(held_pages(record, self.catalog) * BLOCK)})"

    def rows(self, record: Relation | None) -> float | None:
        """Return how many rows a relation holds, partitions summed; None where nobody counted them."""
        return held_rows(record, self.catalog) if record is not None and self.catalog is not None else None

    def type_named(self, name: tuple[str, ...]) -> Type | None:
        """Return a type by its name, as the server would find it."""
        if self.catalog is None or not name:
            return None
        schemas = (name[-2],) if len(name) > 1 else ("pg_catalog", *self.search_path)
        for schema in schemas:
            for found in self.catalog.types.values():
                if found.name == name[-1] and found.schema == schema:
                    return found
        return None

    def column_type(self, column: Column) -> Type | None:
        """Return the type of a column."""
        return self.catalog.types.get(column.type_oid) if self.catalog else None

    def created(self, target: Target) -> Node | None:
        """Return the statement of the migration that makes a relation."""
        return next((node for name, node in self.made.relations.items() if dotted(*name) == target.id), None)


def split_name(dotted_name: str) -> tuple[str, ...]:
    """Read a dotted name back into its parts."""
    found = re.findall(r'"((?:[^"]|"")*)"|([^".]+)', dotted_name)
    return tuple(quoted.replace('""', '"') if quoted else plain for quoted, plain in found)


def _reset_value(catalog: Catalog | None, name: str) -> str | None:
    setting = catalog.settings.get(name) if catalog else None
    # The value itself is what the reading transaction set for its own duration.
    return setting.reset_value if setting else None


def _search_path(catalog: Catalog | None) -> tuple[str, ...]:
    text = _reset_value(catalog, "search_path") or '"$user", public'
    return split_path(text, catalog)


def split_path(text: str, catalog: Catalog | None) -> tuple[str, ...]:
    """Read a search_path: schemas that are there, `public` where none is."""
    names = [part.strip().strip('"') for part in text.split(",")]
    if catalog is not None:
        role = catalog.role_name(catalog.current_role)
        there = {schema.name for schema in catalog.schemas.values()}
        names = [name for part in names if (name := role if part == "$user" else part) in there or not there]
    return tuple(name for name in names if name and name != "$user") or ("public",)
