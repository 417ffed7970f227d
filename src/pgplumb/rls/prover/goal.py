"""Whether the tenant of the tested row is the session's, by what is equal in one way through a gate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.rls.prover.equality import Closure, unique_keys
from pgplumb.rls.prover.gate import World
from pgplumb.rls.prover.identity import Identity, bare, matches, reads
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, rows_of
from pgplumb.rls.prover.reading import Reading, Stored, column
from pgplumb.rls.prover.terms import Call, Column, Constant, Row, Term, is_read, of_session
from pgplumb.rls.tenant_map import TenantPath

_DEEPEST = 4


class Goal:
    """The tenant of a relation's row, and the identities that it may be."""

    def __init__(self, world: World, relation: int, path: TenantPath, caller: str) -> None:
        self._world = world
        self._path = path
        self.caller = caller
        self._reading = Reading(world)
        self._subject = Row(0, relation)

    def column(self, row: Row, name: str) -> Term | None:
        """Return a column of a row."""
        return column(self._reading, Stored(row, self._world.catalog.relations[row.relation]), name)

    def tenants(self, closure: Closure) -> Iterator[Term]:
        """Yield the terms that are the row's tenant. Along a path the rows on it must be known to exist."""
        yield from self._along(closure, self._subject, 0)

    def parents(self, closure: Closure) -> frozenset[Row]:
        """Return the rows that the path leads over: each is the one with the key that the row before it holds."""
        found: set[Row] = set()
        for _ in self._along(closure, self._subject, 0, found):
            pass
        return frozenset(found)

    def _along(self, closure: Closure, row: Row, step: int, over: set[Row] | None = None) -> Iterator[Term]:
        if step == len(self._path.hops):
            found = self.column(row, self._path.column)
            if found is not None:
                yield found
            return
        hop = self._path.hops[step]
        held = self.column(row, hop.column)
        if held is None or (hop.key,) not in unique_keys(self._world, hop.relation):
            return
        for other in list(closure.rows()):
            if other.relation != hop.relation or other.number == 0:
                continue
            key = self.column(other, hop.key)
            if key is not None and key.kind.family and closure.same(held, key):
                if over is not None:
                    over.add(other)
                yield from self._along(closure, other, step + 1, over)

    def reached(
        self, closure: Closure, identities: tuple[Identity, ...], or_null: bool = False
    ) -> Identity | None:
        """Return an identity that the row's tenant equals; None where it follows for none.

        With `or_null`, one that it equals unless it is NULL.
        """
        for tenant in self.tenants(closure):
            sure = closure.not_null(tenant) or (isinstance(tenant, Column) and tenant.not_null)
            if not sure and not or_null:
                continue
            for identity in identities:
                if identity.term is not None:
                    if self._is(closure, tenant, identity.term):
                        return identity
                elif any(self._member(closure, tenant, pattern) for pattern in identity.patterns):
                    return identity
        return None

    def _is(self, closure: Closure, tenant: Term, identity: Term) -> bool:
        """Whether a class holds the identity, or an element of it where it is an array."""
        family = tenant.kind.family
        if not family:
            return False
        return self._says(closure, tenant, identity, family, 0)

    def _says(self, closure: Closure, value: Term, identity: Term, family: str, depth: int) -> bool:
        for term in closure.members(value):
            if matches(term, identity, family, self.caller):
                return True
            if not isinstance(term, Call):
                continue
            if _element_of(term, identity, family):
                return True
            # What is read from a text that the session gives is what the session gives.
            from_text = is_read(term.name) and family != "text" and depth < _DEEPEST
            if from_text and self._says(closure, term.arguments[0], identity, family, depth + 1):
                return True
        return False

    def _member(self, closure: Closure, tenant: Term, pattern: tuple[Conjunction, Term]) -> bool:
        conditions, head = pattern
        needed = sorted(rows_of((*conditions, Literal(Fact.OTHER, (head,)))), key=lambda row: row.number)
        # A row that is being written proves no membership of its own.
        there = [row for row in closure.rows() if closure.stored or row.number]
        return self._assign(closure, tenant, (conditions, head), needed, there, {})

    def _assign(
        self,
        closure: Closure,
        tenant: Term,
        pattern: tuple[Conjunction, Term],
        needed: list[Row],
        there: list[Row],
        chosen: dict[Row, Row],
    ) -> bool:
        if len(chosen) < len(needed):
            row = needed[len(chosen)]
            return any(
                self._assign(closure, tenant, pattern, needed, there, {**chosen, row: other})
                for other in there
                if other.relation == row.relation
            )
        conditions, head = pattern
        head = moved(head, chosen)
        if not head.kind.family or not closure.same(head, tenant):
            return False
        return all(self._holds(closure, literal, chosen) for literal in conditions)

    def _holds(self, closure: Closure, literal: Literal, chosen: dict[Row, Row]) -> bool:
        terms = tuple(moved(term, chosen) for term in literal.terms)
        if literal.fact is Fact.EQUAL:
            return self._equal(closure, *terms) or self._equal(closure, *terms[::-1])
        if literal.fact is Fact.NOT_NULL and closure.not_null(terms[0]):
            return True
        if literal.fact is Fact.UNREAD:
            return False
        return Literal(literal.fact, terms, literal.operator) in closure.facts

    def _equal(self, closure: Closure, left: Term, right: Term) -> bool:
        if closure.same(left, right):
            return True
        if not of_session(right):
            return False
        family = left.kind.family
        return any(matches(term, right, family, self.caller) for term in closure.members(left))


def _element_of(term: Term, identity: Term, family: str) -> bool:
    """Whether a value is one of those that the session lists: of an array, or of a text with separators."""
    if family == "text" and reads(term) and not reads(identity):
        return False
    while isinstance(term, Call) and term.name in ("text", "number", "uuid", "nullif"):
        term = term.arguments[0]
    if not isinstance(term, Call) or term.name != "element":
        return False
    listed, wanted = _list(term.arguments[0], family), _list(identity, family)
    if bare(listed) == bare(wanted):
        return True
    if not isinstance(listed, Call) or listed.name not in _LISTS:
        return False
    if isinstance(wanted, Call) and wanted.name in _LISTS and listed.arguments[1:] == wanted.arguments[1:]:
        return bare(listed.arguments[0]) == bare(wanted.arguments[0])
    return _separates(listed) and bare(listed.arguments[0]) == bare(wanted)


def _separates(split: Call) -> bool:
    """Whether a text is taken apart where its separators stand, and not within what is listed."""
    mark = split.arguments[1] if len(split.arguments) > 1 else None
    if not isinstance(mark, Constant) or not isinstance(mark.value, str):
        return False
    if split.name == "string_to_array":
        return _SEPARATOR.fullmatch(mark.value) is not None
    return len(split.arguments) == 2 and _PATTERN.fullmatch(mark.value) is not None


_LISTS = ("string_to_array", "regexp_split_to_array")
_SEPARATOR = re.compile(r"[ ]*[,;|][ ]*|[ ]+")
_PATTERN = re.compile(r"(?:\\s[*+]|[ ]\*?)?[,;](?:\\s[*+]|[ ]\*?)?")


def _list(term: Term, family: str) -> Term:
    """Return an array without casts of its elements; of texts without those that keep each as it is spelled."""
    kept = ("cast text[]", "cast varchar[]") if family == "text" else ()
    while isinstance(term, Call) and term.name.startswith("cast ") and term.name.endswith("[]"):
        if kept and term.name not in kept:
            break
        term = term.arguments[0]
    return term


def moved(term: Term, chosen: dict[Row, Row]) -> Term:
    """Return a term of a pattern with the rows that were chosen for its own."""
    if isinstance(term, Column):
        return Column(chosen.get(term.row, term.row), term.name, term.kind, term.not_null)
    if isinstance(term, Call):
        return Call(
            term.name,
            tuple(moved(argument, chosen) for argument in term.arguments),
            term.kind,
            term.serial,
            term.session,
        )
    return term
