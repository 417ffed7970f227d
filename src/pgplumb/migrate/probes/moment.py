"""One statement at its place in a migration, as facts look at it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog, Type
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.shape import Shape
from pgplumb.migrate.probes.situation import Situation
from pgplumb.migrate.probes.source_text import SourceText
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier

_TABLES = frozenset({"OBJECT_TABLE", "OBJECT_MATVIEW"})


@dataclass(frozen=True, slots=True)
class Command:
    """One sub-command of an ALTER TABLE."""

    kind: str
    """`AT_AddConstraint`."""
    name: str
    definition: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the target that a statement names."""

    relation: Relation
    id: str
    """As hazards write it."""
    only: bool
    """Whether it is named without its children."""
    before: Shape
    shape: Shape
    """Once the statement's own changes of columns are made."""

    def ids(self, columns: Iterable[str] = ()) -> tuple[str, ...]:
        """Return its name and its columns', as hazards write them."""
        return (self.id, *(f"{self.id}.{column}" for column in columns))


@dataclass(frozen=True, slots=True)
class Moment:
    """A statement, what it does, and the rows that it meets."""

    step: Step
    effects: Effects
    situation: Situation
    text: SourceText
    table: Table | None
    """Of ALTER TABLE and CREATE INDEX, where the target has it and rows are its own."""
    changed: dict[int, Shape]
    """The tables whose columns the statement changes, by oid."""

    @property
    def node(self) -> Node:
        """The statement's tree."""
        return self.step.node

    @property
    def world(self) -> World:
        """The catalog as the statements before leave it."""
        return self.situation.world

    @property
    def catalog(self) -> Catalog:
        """The target's catalog."""
        return self.situation.catalog

    def commands(self, *kinds: str) -> Iterator[Command]:
        """Yield the sub-commands of an ALTER TABLE on a table of the target."""
        if self.node.kind != "AlterTableStmt" or self.table is None:
            return
        for command in self.node.nodes("cmds"):
            if not kinds or command.text("subtype") in kinds:
                definition = command.node("def") or Node("", {})
                yield Command(command.text("subtype"), command.text("name"), definition)

    def new_columns(self) -> Iterator[Node]:
        """Yield the ColumnDefs of ADD COLUMN, but those that are there already."""
        for command in self.commands("AT_AddColumn"):
            if (
                self.table
                and self.table.before.relation.column_named(command.definition.text("colname")) is None
            ):
                yield command.definition

    def added(self) -> Iterator[Node]:
        """Yield the constraints of ADD CONSTRAINT."""
        return (command.definition for command in self.commands("AT_AddConstraint"))

    def null(self, shape: Shape, column: str, prefix: str = "") -> str:
        """Return the test that NOT NULL makes: a composite of nulls is not null to it."""
        known = None if shape.layers else shape.relation.column_named(column)
        kind = self.type_of(known.type_oid) if known else None
        plain = kind is not None and kind.kind != "c"
        return f"{prefix}{quote_identifier(column)} IS {'NULL' if plain else 'NOT DISTINCT FROM NULL'}"

    def attached(self) -> Iterator[tuple[Relation, Table]]:
        """Yield the partitioned table and the table of ATTACH PARTITION, where the target has both."""
        for command in self.commands("AT_AttachPartition"):
            target, record = self.world.ranged(command.definition.node("name"))
            if record is not None and self.table is not None:
                shape = self.situation.shape(record)
                yield self.table.relation, Table(record, target.id, False, shape, shape)

    def type_of(self, oid: int) -> Type | None:
        """Return a type, of a domain what is below it."""
        found = self.catalog.types.get(oid)
        while found is not None and found.kind == "d":
            found = self.catalog.types.get(found.base)
        return found

    def probe(
        self,
        fact: str,
        question: str,
        sql: str | None,
        table: Table,
        columns: Collection[str] = (),
        *,
        violation: str,
        also: Collection[Relation] = (),
        cannot: str | None = None,
        shape: Shape | None = None,
    ) -> Probe:
        """Return a question about rows. Without `sql` it cannot be asked, for the reason given."""
        looked_at = shape or table.shape
        lost = next((looked_at.missing[c] for c in columns if c in looked_at.missing), None)
        doubt = cannot or lost or self.situation.doubt(table.relation, *also)
        if sql is None and doubt is None:
            doubt = "what to ask could not be read from the statement"
        return Probe(
            fact, question, self.step.index, table.ids(columns), sql or "", reads_rows=True, settles=True,
            violation=violation, cannot=doubt, search_path=self.world.search_path,
        )  # fmt: skip

    def children(self, relation: Relation) -> Iterator[Relation]:
        """Yield partitions and inheritance children, at every depth."""
        for child in self.catalog.children.get(relation.oid, ()):
            yield child
            yield from self.children(child)


def column_list(columns: Iterable[str]) -> str:
    """Return names for people: `a, b`."""
    return ", ".join(columns)


def moment_of(step: Step, effects: Effects, situation: Situation) -> Moment:
    """Return a statement as facts look at it."""
    from pgplumb.migrate.probes.reshaping import reshaped

    text = SourceText(step.statement.text)
    node = step.node
    if node.kind == "IndexStmt" or (node.kind == "AlterTableStmt" and node.text("objtype") in _TABLES):
        ranged = node.node("relation")
        target, record = situation.world.ranged(ranged)
        if record is not None and record.kind in "rpm" and ranged is not None:
            changed = reshaped(node, record, ranged, text, situation)
            before = situation.shape(record)
            before = Shape(record, ranged.text("relname"), before.layers, before.missing)
            after = changed.get(record.oid, before)
            after = Shape(record, ranged.text("relname"), after.layers, after.missing)
            table = Table(record, target.id, not ranged.flag("inh"), before, after)
            return Moment(step, effects, situation, text, table, changed)
    changed = {}
    if node.kind == "RenameStmt" and node.text("renameType") == "OBJECT_COLUMN":
        _, record = situation.world.ranged(node.node("relation"))
        if record is not None and record.is_table:
            changed = reshaped(node, record, node.node("relation") or Node("", {}), text, situation)
    return Moment(step, effects, situation, text, None, changed)


def display(relation: Relation) -> str:
    """Return a relation's name for people and hazards."""
    return dotted(relation.schema, relation.name)
