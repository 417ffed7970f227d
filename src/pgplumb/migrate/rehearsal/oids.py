"""Oids of the twin as oids of the target, by name: new objects get numbers that nothing else has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

from pgplumb.catalog.model import Catalog

FIRST_OF_USERS = 16384
ABOVE_ALL = 2**32
"""Oids have 32 bits: from here on no server has any."""


class _HasOid(Protocol):
    @property
    def oid(self) -> int: ...


T = TypeVar("T", bound=_HasOid)


class Oids:
    """Maps oids of one twin's catalog, before and after a rehearsal, to the target's."""

    def __init__(self, target: Catalog, before: Catalog, after: Catalog, cage: str) -> None:
        self._target = target
        self._before = before
        self._after = after
        self._cage = cage
        self._new: dict[tuple[str, int], int] = {}
        self._parts: dict[tuple[str, int], int] = {}
        self._mapped: set[int] = set()

    def relation(self, oid: int) -> int:
        """Return a relation's oid."""
        known = self._before.relations.get(oid)
        if known is None:
            return self._fresh("relation", oid)
        found = self._target.by_name.get((known.schema, known.name))
        return found.oid if found else self._fresh("relation", oid)

    def relations(self, oids: Iterable[int]) -> tuple[int, ...]:
        """Return the oids of relations, in the same order."""
        return tuple(map(self.relation, oids))

    def part(self, kind: str, oid: int, *relations: int) -> int:
        """Return the oid of an index, constraint, policy, trigger or rule of one of some relations of the twin."""
        for relation in relations:
            self._map_parts(relation)
        return self._parts.get((kind, oid)) or self._fresh(kind, oid)

    def role(self, oid: int) -> int:
        """Return a role's oid; the cage stands for whoever the target was read as."""
        if oid < FIRST_OF_USERS:
            return oid
        name = self._after.role_name(oid)
        if name == self._cage:
            return self._target.current_role
        return self._roles.get(name) or self._fresh("role", oid)

    def type(self, oid: int) -> int:
        """Return a type's oid."""
        return oid if oid < FIRST_OF_USERS else self._types.get(oid) or self._fresh("type", oid)

    def types(self, oids: Iterable[int]) -> tuple[int, ...]:
        """Return the oids of types, in the same order."""
        return tuple(map(self.type, oids))

    def function(self, oid: int) -> int:
        """Return a function's oid."""
        return oid if oid < FIRST_OF_USERS else self._functions.get(oid) or self._fresh("function", oid)

    def opclass(self, oid: int) -> int:
        """Return an operator class's oid."""
        return oid if oid < FIRST_OF_USERS else self._opclasses.get(oid) or self._fresh("opclass", oid)

    def collation(self, oid: int) -> int:
        """Return a collation's oid."""
        return oid if oid < FIRST_OF_USERS else self._collations.get(oid) or self._fresh("collation", oid)

    def schema(self, oid: int) -> int:
        """Return a schema's oid."""
        return oid if oid < FIRST_OF_USERS else self._schemas.get(oid) or self._fresh("schema", oid)

    def named(self, kind: str, oid: int) -> int:
        """Return the oid of an extension or publication."""
        return self._others[kind].get(oid) or self._fresh(kind, oid)

    def _fresh(self, kind: str, oid: int) -> int:
        """Return a number for an object that the target lacks: the same one each time. 0 stays 0."""
        if oid < FIRST_OF_USERS:
            return oid
        if (kind, oid) not in self._new:
            self._new[kind, oid] = ABOVE_ALL + len(self._new)
        return self._new[kind, oid]

    @cached_property
    def _roles(self) -> Mapping[str, int]:
        return {role.name: role.oid for role in self._target.roles.values()}

    @cached_property
    def _types(self) -> Mapping[int, int]:
        return _by(self._before.types, self._target.types, lambda t: (t.schema, t.name))

    @cached_property
    def _functions(self) -> Mapping[int, int]:
        return _by(
            self._before.functions, self._target.functions, lambda f: (f.schema, f.name, f.argument_types)
        )

    @cached_property
    def _opclasses(self) -> Mapping[int, int]:
        return _by(self._before.opclasses, self._target.opclasses, lambda o: (o.method, o.schema, o.name))

    @cached_property
    def _collations(self) -> Mapping[int, int]:
        return _by(self._before.collations, self._target.collations, lambda c: (c.schema, c.name))

    @cached_property
    def _schemas(self) -> Mapping[int, int]:
        return _by(self._before.schemas, self._target.schemas, lambda s: s.name)

    @cached_property
    def _others(self) -> Mapping[str, Mapping[int, int]]:
        return {
            "extension": _by(self._before.extensions, self._target.extensions, lambda e: e.name),
            "publication": _by(self._before.publications, self._target.publications, lambda p: p.name),
        }

    def _map_parts(self, oid: int) -> None:
        """Pair the parts of a relation that was there before with the target's, by name."""
        if oid in self._mapped:
            return
        self._mapped.add(oid)
        known = self._before.relations.get(oid)
        there = self._target.by_name.get((known.schema, known.name)) if known else None
        if known is None or there is None:
            return
        pairs = (
            ("index", known.indexes, there.indexes),
            ("constraint", known.constraints, there.constraints),
            ("policy", known.policies, there.policies),
            ("trigger", known.triggers, there.triggers),
            ("rule", known.rules, there.rules),
        )
        for kind, ours, theirs in pairs:
            names = {part.name: part.oid for part in theirs}
            self._parts.update({(kind, p.oid): names[p.name] for p in ours if p.name in names})


def _by(twin: Mapping[int, T], target: Mapping[int, T], key: Callable[[T], object]) -> dict[int, int]:
    """Pair the users' objects of a kind by a key."""
    there = {key(record): oid for oid, record in target.items()}
    found = ((oid, there.get(key(record))) for oid, record in twin.items() if oid >= FIRST_OF_USERS)
    return {oid: theirs for oid, theirs in found if theirs is not None}
