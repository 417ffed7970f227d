"""What is known of the target's rows while a migration is read, statement by statement."""

from __future__ import annotations

from dataclasses import dataclass, field

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import Name, World
from pgplumb.migrate.probes.shape import Shape
from pgplumb.migrate.probes.source_text import SourceText
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import range_name, ranges_in

_WRITES = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt"})
_OPAQUE = frozenset({"DoStmt", "CallStmt", "ExecuteStmt"})


@dataclass(frozen=True, slots=True)
class Added:
    """A constraint that the migration itself added, with the text that it stands in."""

    constraint: Node
    text: SourceText
    search_path: tuple[str, ...]


@dataclass
class Situation:
    """The tables as the statements so far leave them."""

    catalog: Catalog
    world: World
    shapes: dict[int, Shape] = field(default_factory=dict)
    """Tables that look different from the catalog's."""
    written: dict[int, int] = field(default_factory=dict)
    """Tables whose rows a statement changes, with its number."""
    all_written: int | None = None
    """The statement that may change rows of any table."""
    enums: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    """Enums that the migration makes, with their labels."""
    types: set[Name] = field(default_factory=set)
    """Types that the migration makes, enums included."""
    added: dict[tuple[int, str], Added] = field(default_factory=dict)
    """Constraints by table and name."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """What was asked before, by fact and relation: once for a migration is enough."""

    def shape(self, relation: Relation) -> Shape:
        """Return how a table's rows look now."""
        return self.shapes.get(relation.oid) or Shape.of(relation)

    def doubt(self, *relations: Relation) -> str | None:
        """Return why the rows of now are not those that a statement will meet."""
        found = [self.written[r.oid] for r in relations if r.oid in self.written]
        found += [self.all_written] if self.all_written is not None else []
        if not found:
            return None
        return f"statement {min(found) + 1} changes rows first: only then can it be told"

    def leave(self, step: Step, shapes: dict[int, Shape]) -> None:
        """Take note of what a statement does to rows and types. `shapes`: the tables that it changes."""
        node = step.node
        self.shapes.update(shapes)
        if not node.kind or node.kind in _OPAQUE or self._calls_unsafe(node):
            self.all_written = step.index if self.all_written is None else self.all_written
        writers = [n for n in node.walk() if n.kind in _WRITES]
        if node.kind in _WRITES:
            writers.append(node)
        for writer in writers:
            self._written_by(step, writer)
        if node.kind == "CopyStmt" and node.flag("is_from"):
            self._touch(step, node.node("relation"))
        if node.kind == "CreateEnumStmt":
            labels = tuple(value.text("sval") for value in node.nodes("vals"))
            self.enums[self._made(node.words("typeName"))] = labels
            self.types.add(self._made(node.words("typeName")))
        elif node.kind == "CreateDomainStmt":
            self.types.add(self._made(node.words("domainname")))
        elif node.kind == "CompositeTypeStmt":
            self.types.add(self._made(range_name(node.node("typevar") or node)))

    def made_type(self, name: tuple[str, ...]) -> Name | None:
        """Return the type of that name that the migration made, as the server would find it."""
        if not name:
            return None
        schemas = (name[-2],) if len(name) > 1 else self.world.search_path
        return next(((schema, name[-1]) for schema in schemas if (schema, name[-1]) in self.types), None)

    def _made(self, name: tuple[str, ...]) -> Name:
        return (name[-2], name[-1]) if len(name) > 1 else (self.world.search_path[0], name[-1])

    def _written_by(self, step: Step, writer: Node) -> None:
        targets = writer.nodes("relations") or tuple(r for r in (writer.node("relation"),) if r is not None)
        for target in targets:
            self._touch(step, target)
        if not targets:
            for named in ranges_in(writer):
                self._touch(step, named)

    def _touch(self, step: Step, ranged: Node | None) -> None:
        _, record = self.world.ranged(ranged)
        if record is None:
            return
        if any(not t.internal and t.enabled != "D" for t in record.triggers) or record.rules:
            self.all_written = step.index if self.all_written is None else self.all_written
        waiting, seen = [record, self.catalog.root(record)], set()
        while waiting:
            relation = waiting.pop()
            if relation.oid in seen:
                continue
            seen.add(relation.oid)
            self.written.setdefault(relation.oid, step.index)
            waiting += self.catalog.children.get(relation.oid, ())
            waiting += [
                child
                for child, key in self.catalog.referencing.get(relation.oid, ())
                # CASCADE, SET NULL and SET DEFAULT write on.
                if key.on_delete in "cnd" or key.on_update in "cnd"
            ]

    def _calls_unsafe(self, node: Node) -> bool:
        """Whether a statement calls a function of users that may write."""
        called = {
            n.words("funcname")[-1] for n in node.walk() if n.kind == "FuncCall" and n.words("funcname")
        }
        if not called or node.kind not in ("SelectStmt", *_WRITES):
            return False
        return any(f.name in called and f.volatility == "v" for f in self.catalog.user_functions())
