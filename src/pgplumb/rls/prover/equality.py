"""What a conjunction makes equal: union-find over terms, with rows that share a unique key made one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from pgplumb.catalog.relation import Relation
from pgplumb.rls.prover.collations import one_order
from pgplumb.rls.prover.gate import World
from pgplumb.rls.prover.kinds import TEXT
from pgplumb.rls.prover.literals import Conjunction, Fact
from pgplumb.rls.prover.reading import whole
from pgplumb.rls.prover.terms import (
    Call,
    Column,
    Constant,
    Row,
    Term,
    cast,
    is_read,
    parsed,
    parts,
)

FIRST_OF_USERS = 16_384
"""Oids below it are PostgreSQL's own."""
PARSED = ("number", "uuid")
READ = (*PARSED, "text")
_KEEPS_NULL = (*READ, "label")
"""What gives NULL for NULL and for nothing else."""
_STRICT = frozenset((*_KEEPS_NULL, "nullif", "->>", "->", "cast json", "cast jsonb"))
"""What gives NULL for NULL, and perhaps for others."""


class Closure:
    """The equalities that follow from facts, and whether they can hold together at all."""

    def __init__(
        self, world: World, facts: Conjunction, column: Callable[[Row, str], Term | None], stored: bool = True
    ) -> None:
        self.facts = facts
        self.stored = stored
        """Whether the tested row is there already: one that is being written may stand beside its older self."""
        self._world = world
        self._column = column
        self._parent: dict[Term, Term] = {}
        self._rows: dict[Row, Row] = {}
        self._known: set[Term] = set()
        """Terms that are not NULL."""
        self.dead = False
        self._read()
        self._saturate()
        self.dead = self.dead or self._contradicts()

    def find(self, term: Term) -> Term:
        """Return the representative of a term's class."""
        parent = self._parent
        if term not in parent:
            parent[term] = term
        while parent[term] != term:
            parent[term] = parent[parent[term]]
            term = parent[term]
        return term

    def same(self, left: Term, right: Term) -> bool:
        """Whether two terms are equal, and so not NULL, or one and the same."""
        return self.find(left) == self.find(right)

    def members(self, term: Term) -> list[Term]:
        """Return the class of a term."""
        root = self.find(term)
        return [other for other in list(self._parent) if self.find(other) == root]

    def terms(self) -> list[Term]:
        """Return every term that was met."""
        return list(self._parent)

    def row(self, row: Row) -> Row:
        """Return the representative of the rows that are the same row."""
        while row in self._rows:
            row = self._rows[row]
        return row

    def rows(self) -> Iterator[Row]:
        """Yield every row that the facts speak of."""
        seen = {
            part.row: None for term in list(self._parent) for part in parts(term) if isinstance(part, Column)
        }
        yield from seen

    def not_null(self, term: Term) -> bool:
        """Whether a term is known not to be NULL."""
        root = self.find(term)
        return any(self.find(known) == root for known in self._known)

    def _merge(self, left: Term, right: Term) -> bool:
        a, b = self.find(left), self.find(right)
        if a == b:
            return False
        # Constants stand for their class.
        if isinstance(b, Constant):
            a, b = b, a
        self._parent[b] = a
        return True

    def _read(self) -> None:
        bounds: set[tuple[Term, Term]] = set()
        for literal in self.facts:
            for term in literal.terms:
                for part in parts(term):
                    self.find(part)
            if literal.fact is Fact.EQUAL:
                self._merge(*literal.terms)
                self._known.update(literal.terms)
            elif literal.fact in (Fact.NOT_EQUAL, Fact.ORDER, Fact.NOT_NULL):
                self._known.update(literal.terms)
            if literal.fact is Fact.ORDER and literal.operator in ("<=", ">="):
                low, high = literal.terms if literal.operator == "<=" else literal.terms[::-1]
                bounds.add((low, high))
                # Two collations may order texts in two ways.
                if (high, low) in bounds and (low.kind.family != "text" or one_order(self._world)):
                    self._merge(low, high)

    def _saturate(self) -> None:
        moved = True
        while moved:
            moved = False
            for term in list(self._parent):
                if isinstance(term, Call) and self._derive(term):
                    moved = True
            moved = self._congruent() or moved
            if self._unique():
                moved = True

    def _congruent(self) -> bool:
        """Equal arguments give equal values."""
        moved = False
        made: dict[object, Term] = {}
        for term in list(self._parent):
            if isinstance(term, Call) and term.arguments and not _many_spellings(term):
                key = (term.name, term.serial, tuple(self.find(a) for a in term.arguments))
                if key in made:
                    moved = self._merge(made[key], term) or moved
                else:
                    made[key] = term
        return moved

    def _derive(self, term: Call) -> bool:
        """nullif(x, y) that is not NULL is x; a text that is y written out reads as y."""
        moved = False
        enum = term.name.startswith("enum ")
        if (enum or term.name in _STRICT) and self.not_null(term) and not self.not_null(term.arguments[0]):
            self._known.add(term.arguments[0])
            moved = True
        if (
            (enum or term.name in _KEEPS_NULL)
            and term not in self._known
            and self.not_null(term.arguments[0])
        ):
            self._known.add(term)
        if term.name == "nullif" and self.not_null(term):
            moved = self._merge(term, term.arguments[0]) or moved
        elif term.name == "label":
            inner = term.arguments[0]
            for other in self.members(term):
                if other != term and self._merge(inner, parsed(other, inner.kind)):
                    self._known.add(inner)
                    moved = True
        elif term.name == "text" and term.arguments[0].kind.family in PARSED:
            inner = term.arguments[0]
            for other in self.members(term):
                if other != term:
                    read = parsed(other, inner.kind)
                    if isinstance(other, Constant) and cast(read, TEXT) != other:
                        # No number and no uuid is written out so.
                        self.dead = True
                    if self._merge(inner, read):
                        self._known.add(inner)
                        moved = True
        return moved

    def _unique(self) -> bool:
        by_relation: dict[int, list[Row]] = {}
        for row in self.rows():
            if self.row(row) == row and (self.stored or row.number):
                by_relation.setdefault(row.relation, []).append(row)
        moved = False
        for oid, rows in by_relation.items():
            if len(rows) < 2:
                continue
            keys = unique_keys(self._world, oid)
            for one, other in combinations(rows, 2):
                if self.row(one) == self.row(other):
                    continue
                if any(self._agree(one, other, key) for key in keys):
                    self._join(self.row(one), self.row(other))
                    moved = True
        return moved

    def _agree(self, one: Row, other: Row, key: tuple[str, ...]) -> bool:
        for name in key:
            left, right = self._column(one, name), self._column(other, name)
            if left is None or right is None or not left.kind.family or not self.same(left, right):
                return False
        return True

    def _join(self, one: Row, other: Row) -> None:
        if other.number < one.number:
            one, other = other, one
        self._rows[other] = one
        relation = self._world.catalog.relations[one.relation]
        for column in relation.columns:
            left, right = self._column(one, column.name), self._column(other, column.name)
            if left is not None and right is not None:
                self._merge(left, right)

    def _contradicts(self) -> bool:
        constants: dict[Term, Constant] = {}
        for term in list(self._parent):
            if isinstance(term, Constant) and term.exact and term.value is not None:
                root = self.find(term)
                if root in constants and constants[root] != term:
                    return True
                constants[root] = term
        known = {self.find(term) for term in self._known}
        for literal in self.facts:
            if literal.fact is Fact.NOT_EQUAL and self.same(*literal.terms):
                return True
            if literal.fact is Fact.ORDER and literal.operator in "<>" and self.same(*literal.terms):
                return True
            if literal.fact is Fact.NULL and self._never_null(literal.terms[0], known):
                return True
        return any(
            isinstance(term, Call) and self.find(term) in known and self._never_such(term)
            for term in list(self._parent)
        )

    def _never_such(self, term: Call) -> bool:
        """Whether a call cannot have a value: nullif(x, x), or what no empty text can be read as."""
        if term.name == "nullif":
            return self.same(*term.arguments)
        reads = term.name in (*PARSED, "cast json", "cast jsonb")
        return reads and any(
            isinstance(t, Constant) and t.value == "" for t in self.members(term.arguments[0])
        )

    def _never_null(self, term: Term, known: set[Term]) -> bool:
        if self.find(term) in known or isinstance(term, Constant):
            return True
        if isinstance(term, Call) and (term.name in _KEEPS_NULL or is_read(term.name)):
            return self._never_null(term.arguments[0], known)
        return isinstance(term, Column) and term.not_null


def _many_spellings(term: Call) -> bool:
    """Whether equal arguments may be written out in several ways, as 1.0 and 1.00 are."""
    return any(argument.kind.name == "numeric" for argument in term.arguments)


def unique_keys(world: World, oid: int) -> tuple[tuple[str, ...], ...]:
    """Return the sets of columns of which no two rows of a relation, its children's included, agree."""
    cached = world.cache.entries.get(("unique", oid))
    if isinstance(cached, tuple):
        return cached
    relation = world.catalog.relations.get(oid)
    found = tuple(_keys(world, relation)) if relation is not None and whole(world, relation) else ()
    world.cache.entries[("unique", oid)] = found
    return found


def _keys(world: World, relation: Relation) -> Iterator[tuple[str, ...]]:
    deferrable = {c.index for c in relation.constraints if c.deferrable}
    for index in relation.indexes:
        plain = index.is_valid and not index.has_predicate and not index.has_expressions
        # An operator class of users may take nothing for equal.
        plain = plain and all(oid < FIRST_OF_USERS for oid in index.opclasses)
        if index.is_unique and plain and index.method == "btree" and index.oid not in deferrable:
            names = relation.column_names(index.key_columns)
            if names and all(relation.column_named(name) for name in names):
                yield names
