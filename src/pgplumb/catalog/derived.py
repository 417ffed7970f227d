"""What rooms above work out from a catalog, kept with it and handed on to the catalog that follows it.

A value that did not change keeps its identity, so that whoever built on it need not look again. Who asked for what
is noted while it is asked: nobody declares it, and nobody can forget to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation

T = TypeVar("T")
V = TypeVar("V")

_asked: set[Derived[object]] = set()
"""Who is listening gets what is asked for; nobody in the beginning."""


@contextmanager
def noting(found: set[Derived[object]]) -> Iterator[None]:
    """Add what is asked for to a set."""
    before = note_in(found)
    try:
        yield
    finally:
        note_in(before)


def note_in(found: set[Derived[object]]) -> set[Derived[object]]:
    """Let what is asked for be added to a set from now on; return the set that it went to before."""
    global _asked
    before, _asked = _asked, found
    return before


class Derived(Generic[T]):
    """A function of a catalog whose answer is kept with the catalog, and forgotten with it."""

    def __init__(self, make: Callable[[Catalog], T]) -> None:
        self._make = make
        self._hangs_on: set[Derived[object]] = set()
        """Other derived values that it asked for."""
        self.__doc__ = make.__doc__

    def __call__(self, catalog: Catalog) -> T:
        """Return the answer, worked out when first asked for."""
        _asked.add(self)  # type: ignore[arg-type]
        kept: dict[object, object] = catalog.derived
        if self not in kept:
            kept[self] = self._noted(lambda: self._make(catalog))
        return kept[self]  # type: ignore[return-value]

    def follow(self, before: Catalog, after: Catalog, touched: Collection[int]) -> None:
        """Hand the answer on to a catalog that differs in some relations, as far as it can be."""

    def _noted(self, work: Callable[[], V]) -> V:
        found: set[Derived[object]] = set()
        with noting(found):
            value = work()
        self._hangs_on |= found
        return value

    def _unmoved(self, before: Catalog, after: Catalog, touched: Collection[int]) -> bool:
        """Whether all other derived values that it hangs on are what they were; they are handed on first."""
        for other in tuple(self._hangs_on):
            if other in before.derived and other not in after.derived:
                other.follow(before, after, touched)
        return all(other(after) is before.derived.get(other, before) for other in tuple(self._hangs_on))

    def _anew(self, before: Catalog, after: Catalog) -> None:
        """Work it out again; where that gives an equal answer, keep the old one."""
        old, new = before.derived[self], self(after)
        after.derived[self] = old if new == old else new


class Settled(Derived[T]):
    """An answer that hangs on other derived values and on named parts of the catalog alone."""

    def __init__(self, make: Callable[[Catalog], T], parts: tuple[str, ...]) -> None:
        super().__init__(make)
        self._parts = parts

    def follow(self, before: Catalog, after: Catalog, touched: Collection[int]) -> None:
        """Keep the answer where nothing that it hangs on moved, or where it comes out equal."""
        unmoved = self._unmoved(before, after, touched)
        if unmoved and all(getattr(before, part) is getattr(after, part) for part in self._parts):
            after.derived[self] = before.derived[self]
        else:
            self._anew(before, after)


class Gathered(Derived[Mapping[int, T]]):
    """What each relation contributes to something, by its oid; those that contribute nothing are not in it.

    The answer about a relation may hang on the relation and its neighbours and on derived values, on nothing else.
    """

    def __init__(self, collect: Callable[[Relation, Catalog], T | None]) -> None:
        self._collect = collect
        super().__init__(self._all)
        self.__doc__ = collect.__doc__

    def follow(self, before: Catalog, after: Catalog, touched: Collection[int]) -> None:
        """Ask again about the relations that were touched; where all say what they said, nothing moved."""
        if self._unmoved(before, after, touched):
            old: Mapping[int, T] = before.derived[self]  # type: ignore[assignment]
            after.derived[self] = self._noted(lambda: self._updated(old, after, touched))
        else:
            self._anew(before, after)

    def _updated(self, old: Mapping[int, T], after: Catalog, touched: Collection[int]) -> Mapping[int, T]:
        new: dict[int, T] | None = None
        for oid in touched:
            relation = after.relations.get(oid)
            value = None if relation is None else self._collect(relation, after)
            if value == old.get(oid):
                continue
            if new is None:
                new = dict(old)
            if value is None:
                del new[oid]
            else:
                new[oid] = value
        return old if new is None else new

    def _all(self, catalog: Catalog) -> Mapping[int, T]:
        found = ((oid, self._collect(relation, catalog)) for oid, relation in catalog.relations.items())
        return {oid: value for oid, value in found if value is not None}


def settled(*parts: str) -> Callable[[Callable[[Catalog], T]], Settled[T]]:
    """Decorate a function that looks at named parts of the catalog and at derived values, and at nothing else."""
    return lambda make: Settled(make, parts)


def gathered(collect: Callable[[Relation, Catalog], T | None]) -> Gathered[T]:
    """Decorate a function that says what one relation contributes: small values that can be compared."""
    return Gathered(collect)


def hand_on(before: Catalog, after: Catalog, touched: Collection[int]) -> None:
    """Give a catalog what was derived from the one before it. `touched` holds all that differs, with its neighbours."""
    if after is before:
        return
    with noting(set()):
        for key in list(before.derived):
            if isinstance(key, Derived) and key not in after.derived:
                key.follow(before, after, touched)
