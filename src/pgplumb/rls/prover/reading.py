"""The state of one reading: what was met, as whom, and what names mean where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from pgplumb.catalog.relation import Relation
from pgplumb.rls.prover import kinds
from pgplumb.rls.prover.gate import FunctionFacts, World
from pgplumb.rls.prover.kinds import Kind
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet
from pgplumb.rls.prover.terms import NULL, Column, Row, Term
from pgplumb.sql.node import Node

MOST_BRANCHES = 512
DEEPEST = 12
"""How many sub-tables' policies and inlined functions may stand in one another."""


class Unreadable(Exception):  # noqa: N818
    """An expression says something that the prover does not read."""


class TooMany(Exception):  # noqa: N818
    """A predicate has more ways through it than are looked at."""


Disjunction: TypeAlias = tuple[Conjunction, ...]
"""Ways through an expression: one of them holds. None at all means that it never happens."""

NEVER: Disjunction = ()
ALWAYS: Disjunction = ((),)


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of a relation in FROM."""

    row: Row
    relation: Relation


Source: TypeAlias = Stored | Mapping[str, Term] | None
"""What a name in FROM stands for: a row, columns of a sub-select, or the NULLs of an outer join."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a name of WITH stands for."""

    select: Node
    columns: tuple[str, ...]
    """Names that WITH gives its columns, from the first on."""
    scope: Scope
    """Around WITH."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean in one piece of text, and as whom it runs."""

    source: str
    """The text that locations count in."""
    frames: tuple[Mapping[str, Source], ...] = ()
    """FROM lists, innermost first."""
    parameters: Mapping[str, Term] = field(default_factory=dict)
    """Arguments of the function whose body it is, by name and as $1."""
    variables: bool = False
    """Whether these are variables of plpgsql: a name that a column bears, too, means either, as the server is set."""
    resolved: bool = True
    """Whether it comes from pg_get_expr or the like, with every name resolved by the server."""
    role: int = 0
    """As whom relations are read; 0 reads everything."""
    caller: int = 0
    """As whom functions run, and who current_user is."""
    path: tuple[str, ...] = ()
    """Schemas that bare names are looked up in, where it is not resolved; empty where that is not known."""
    queries: Mapping[str, Query] = field(default_factory=dict)
    """Those of WITH, by name."""
    depth: int = 0
    active: tuple[int, ...] = ()
    """Relations whose policies, with sub-selects in them, are being expanded."""

    def within(self, frame: Mapping[str, Source]) -> Scope:
        """Return the scope of a sub-select."""
        return replace(self, frames=(frame, *self.frames))


@dataclass(slots=True)
class Reading:
    """What one proof has met so far."""

    world: World
    subject: int = 0
    """The relation whose row is tested."""
    protected: frozenset[tuple[str, str]] = frozenset()
    """Functions that identities name: they stand for themselves."""
    counter: int = 0
    asked_user: bool = False
    """Whether current_user played a part."""
    asked: dict[tuple[int, int], None] = field(default_factory=dict)
    """(role, relation): what is known of the rows that the role may read there played a part."""
    met_subject: bool = False
    assumptions: set[str] = field(default_factory=set)
    inlined: set[str] = field(default_factory=set)
    shows: bool = False
    """Whether rows that are read now are those that a door shows: each is marked among the facts."""
    nested: bool = False
    """Whether the query that is read now stands in the FROM of another, which may leave out some of its rows."""

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Read what only decides which rows there are."""
        before, self.shows = self.shows, False
        try:
            yield
        finally:
            self.shows = before

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Read a query in the FROM of another."""
        before, self.nested = self.nested, True
        try:
            yield
        finally:
            self.nested = before

    def number(self) -> int:
        """Return a new number, for a row or a call that differs from every other."""
        self.counter += 1
        return self.counter

    def users(self, name: str) -> bool:
        """Whether a function or aggregate that users made bears a name."""
        return name in self.world.unread_functions or bool(self.functions("", name))

    def functions(self, schema: str, name: str) -> list[FunctionFacts]:
        """Return the functions of a name; of any schema where that is empty."""
        index = self.world.named_functions
        return list(index.get((schema, name), ()))


def multiply(left: Disjunction, right: Disjunction) -> Disjunction:
    """Return the ways through both. Raises TooMany."""
    if left == ALWAYS:
        return right
    if right == ALWAYS:
        return left
    if len(left) * len(right) > MOST_BRANCHES:
        raise TooMany
    return tuple(a + tuple(x for x in b if x not in a) for a in left for b in right)


def add(left: Disjunction, right: Disjunction) -> Disjunction:
    """Return the ways through either. Raises TooMany."""
    found = tuple(dict.fromkeys(left + right))
    if len(found) > MOST_BRANCHES:
        raise TooMany
    return found


def unread(node: Node, scope: Scope, wanted: str) -> Disjunction:
    """Return the one way through an expression that is not read: something holds, whatever it is."""
    snippet = Snippet(scope.source, node, negated="T" not in wanted)
    return ((Literal(Fact.UNREAD, (), f"{wanted} {id(node.fields)}", snippet),),)


def only(node: Node, *names: str) -> None:
    """Raise Unreadable where a node has a field beyond those that its reader knows."""
    if not node.fields.keys() <= {*names, "location"}:
        raise Unreadable


def column(reading: Reading, stored: Stored, name: str) -> Term | None:
    """Return a column of a row; None where the relation has none of that name."""
    found = stored.relation.column_named(name)
    if found is None:
        return None
    catalog = reading.world.catalog
    kind = kinds.of_oid(catalog, found.type_oid)
    collation = catalog.collations.get(found.collation)
    if found.collation and (collation is None or not collation.deterministic):
        kind = Kind(kind.name + kinds.LOOSE)
    return Column(stored.row, name, kind, not_null(reading.world, stored.relation, name))


def not_null(world: World, relation: Relation, name: str) -> bool:
    """Whether no row of a relation, those of its children included, has NULL in a column."""
    key, entries = ("not null", relation.oid, name), world.cache.entries
    if key not in entries:
        entries[key] = _not_null(world, relation, name)
    return entries[key] is True


def _not_null(world: World, relation: Relation, name: str) -> bool:
    found = relation.column_named(name)
    if found is None or not found.not_null:
        return False
    if any(c.kind == "n" and found.number in c.columns for c in relation.constraints):
        # Not validated.
        return False
    if relation.kind not in "rpm":
        # Nobody holds a foreign table to what is said of it here.
        return False
    return all(not_null(world, child, name) for child in world.catalog.children.get(relation.oid, ()))


def whole(world: World, relation: Relation) -> bool:
    """Whether what a relation declares holds for all rows that its name gives: plain children keep their own rules."""
    return relation.kind == "p" or (relation.kind in "rm" and relation.oid not in world.catalog.children)


def resolve(reading: Reading, names: tuple[str, ...], scope: Scope) -> Term:
    """Return what a column's name means. Raises Unreadable."""
    for frame in scope.frames:
        if len(names) == 1:
            if any(isinstance(source, Mapping) and "" in source for source in frame.values()):
                # A column whose name is not known may be meant.
                raise Unreadable
            found = [
                term for source in frame.values() if (term := _member(reading, source, names[0])) is not None
            ]
            if len(found) > 1:
                raise Unreadable
            if found and scope.variables and names[0] in scope.parameters:
                raise Unreadable
            if found:
                return found[0]
            if any(source is None for source in frame.values()):
                raise Unreadable
        elif len(names) == 2 and names[0] in frame:
            source = frame[names[0]]
            if source is None:
                return NULL
            term = _member(reading, source, names[1])
            if term is None or (scope.variables and ".".join(names) in scope.parameters):
                raise Unreadable
            return term
    if len(names) == 1 and any(names[0] in frame for frame in scope.frames):
        # A whole row.
        raise Unreadable
    name = ".".join(names[-2:] if len(names) == 2 else names)
    if name in scope.parameters:
        return scope.parameters[name]
    raise Unreadable


def _member(reading: Reading, source: Source, name: str) -> Term | None:
    if source is None:
        return None
    if isinstance(source, Stored):
        return column(reading, source, name)
    return source.get(name)
