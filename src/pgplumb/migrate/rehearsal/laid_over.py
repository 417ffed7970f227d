"""The target's catalog with a rehearsal's changes laid over it, by name.

Field by field: what is the same in the twin before and after stays as it is in the target, so that sizes, counters and
whatever the twin lacks are kept, and a record that did not change stays the same object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Protocol, TypeVar

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import part
from pgplumb.migrate.rehearsal.oids import Oids
from pgplumb.twin.cage import CAGE

Convert = dict[str, Callable[[object], object]]
"""How to turn the value of a field of the twin into the target's; other fields mean the same there."""


class _Record(Protocol):
    @property
    def oid(self) -> int: ...


class _Part(_Record, Protocol):
    @property
    def name(self) -> str: ...


R = TypeVar("R")
P = TypeVar("P", bound=_Part)
O = TypeVar("O", bound=_Record)  # noqa: E741

_OF_THE_TARGET = frozenset(
    {"pages", "tuples", "all_visible", "frozen_age", "multixact_age", "toast", "tablespace"}
)
"""What only the target can say of a relation or index that it has."""
_PARTS = ("columns", "constraints", "indexes", "policies", "triggers", "rules")


def laid_over(target: Catalog, before: Catalog, after: Catalog) -> Catalog:
    """Return the target's catalog as it would be; the same object where nothing changed.

    `before` and `after` are the twin's catalogs around a rehearsal and share records that did not change.
    """
    return _Overlay(target, before, after).catalog()


class _Overlay:
    def __init__(self, target: Catalog, before: Catalog, after: Catalog) -> None:
        self._target = target
        self._before = before
        self._after = after
        self._oids = Oids(target, before, after, CAGE)
        reader = part(target.role_name(target.current_role))
        self._rename: Callable[[str], str] = lambda text: text.replace(CAGE, reader)

    def catalog(self) -> Catalog:
        oids = self._oids
        changes: dict[str, object] = {}
        acl: Convert = {"acl": self._acl, "owner": _of(oids.role)}
        kinds: tuple[tuple[str, Callable[[int], int], Convert], ...] = (
            ("schemas", oids.schema, acl),
            ("types", oids.type, acl | {"base": _of(oids.type), "element": _of(oids.type)}),
            (
                "functions",
                oids.function,
                acl | {"arguments": _all_of(oids.types), "returns": _of(oids.type)},
            ),
            ("extensions", lambda oid: oids.named("extension", oid), acl),
            ("collations", oids.collation, {}),
            ("opclasses", oids.opclass, {"input_type": _of(oids.type)}),
            (
                "publications",
                lambda oid: oids.named("publication", oid),
                acl | {"relations": _all_of(oids.relations), "schemas": self._schemas},
            ),
        )
        for name, map_oid, convert in kinds:
            merged = self._records(name, map_oid, convert)
            if merged is not getattr(self._target, name):
                changes[name] = merged
        changes |= self._tuples()
        relations = self._relations()
        if relations is not self._target.relations:
            changes["relations"] = relations
        return replace(self._target, **changes) if changes else self._target  # type: ignore[arg-type]

    def _records(self, name: str, map_oid: Callable[[int], int], convert: Convert) -> Mapping[int, object]:
        """Return a mapping of records that are no relations."""
        before, after = getattr(self._before, name), getattr(self._after, name)
        there: Mapping[int, object] = getattr(self._target, name)
        if before is after:
            return there
        made = dict(there)
        changed = False
        for oid in before.keys() - after.keys():
            changed |= made.pop(map_oid(oid), None) is not None
        for oid, record in after.items():
            old = before.get(oid)
            if old is record or old == record:
                continue
            theirs = map_oid(oid)
            made[theirs] = _merged(old, record, made.get(theirs), convert | {"oid": _always(theirs)})
            changed = True
        return made if changed else there

    def _tuples(self) -> dict[str, object]:
        """Return the lists without oids of their own that changed."""
        role, relation = _of(self._oids.role), _of(self._oids.relation)
        converts: dict[str, Convert] = {
            "default_privileges": {"role": role, "schema": _of(self._oids.schema), "acl": self._acl},
            "statistics_objects": {
                "oid": lambda oid: self._oids._fresh("statistics", int(str(oid))),
                "relation": relation,
                "owner": role,
            },
            "setting_overrides": {"role": role},
        }
        changes: dict[str, object] = {}
        for name, convert in converts.items():
            before, after = getattr(self._before, name), getattr(self._after, name)
            if before == after:
                continue
            gone = [_named(_made(record, convert)) for record in before if record not in after]
            new = [_made(record, convert) for record in after if record not in before]
            kept = [record for record in getattr(self._target, name) if _named(record) not in gone]
            changes[name] = (*kept, *new)
        return changes

    def _relations(self) -> Mapping[int, Relation]:
        before, after, there = self._before.relations, self._after.relations, self._target.relations
        if before is after:
            return there
        made: dict[int, Relation] | None = None
        for oid in before.keys() - after.keys():
            made = dict(there) if made is None else made
            made.pop(self._oids.relation(oid), None)
        for oid, relation in after.items():
            old = before.get(oid)
            if old is relation:
                continue
            theirs = self._oids.relation(oid)
            existing = there.get(theirs)
            merged = self._relation(old, relation, existing, theirs)
            if merged is not existing:
                made = dict(there) if made is None else made
                made[theirs] = merged
        return there if made is None else made

    def _relation(self, old: Relation | None, new: Relation, existing: Relation | None, oid: int) -> Relation:
        """Return one relation: decoded, since its parts are no rows of one reading any more."""
        oids = self._oids
        convert: Convert = {
            "oid": _always(oid),
            "owner": _of(oids.role),
            "acl": self._acl,
            "parents": _all_of(oids.relations),
            "depends_on": _all_of(oids.relations),
            "partition_key": lambda key: (
                replace(key, default_partition=oids.relation(key.default_partition)) if key else None  # type: ignore[attr-defined,type-var]
            ),
            "sequence": lambda facts: (
                replace(  # type: ignore[type-var]
                    facts,
                    type_oid=oids.type(facts.type_oid),  # type: ignore[attr-defined]
                    owner_relation=oids.relation(facts.owner_relation),  # type: ignore[attr-defined]
                )
                if facts
                else None
            ),
        }
        changes = {
            f.name: convert.get(f.name, _same)(getattr(new, f.name))
            for f in fields(Relation)
            if not f.name.startswith("_")
            and (old is None or existing is None or getattr(old, f.name) != getattr(new, f.name))
            and not (existing is not None and f.name in _OF_THE_TARGET)
        }
        near = (new.oid, *new.parents)
        parts = {
            f"_{name}": self._parts(name, old, new, existing, self._part_converts(name, new, near))
            for name in _PARTS
        }
        if existing is None:
            return replace(new, **changes, **parts)  # type: ignore[arg-type]
        same = all(parts[f"_{name}"] == getattr(existing, name) for name in _PARTS)
        if same and all(getattr(existing, name) == value for name, value in changes.items()):
            return existing
        return replace(existing, **changes, **parts)  # type: ignore[arg-type]

    def _parts(
        self, name: str, old: Relation | None, new: Relation, existing: Relation | None, convert: Convert
    ) -> tuple[object, ...]:
        """Return the parts of one kind. One that is unchanged in the twin is the target's own."""
        before: dict[object, object] = {_key(p): p for p in getattr(old, name)} if old else {}
        theirs: dict[object, object] = {_named(p): p for p in getattr(existing, name)} if existing else {}
        made: list[object] = []
        for record in getattr(new, name):
            was = before.get(_key(record))
            there = theirs.get(_named(was)) if was is not None else None
            made.append(_merged(was, record, there, convert))
        return tuple(made)

    def _part_converts(self, name: str, relation: Relation, near: tuple[int, ...]) -> Convert:
        oids = self._oids
        here = _of(oids.relation)

        def to(kind: str) -> Callable[[object], object]:
            return _of(lambda oid: oids.part(kind, oid, *near))

        def referred(oid: int) -> int:
            others = (key.foreign_relation for key in relation.constraints)
            return oids.part("index", oid, *near, *others)

        roles = _all_of(lambda numbers: tuple(map(oids.role, numbers)))
        converts: dict[str, Convert] = {
            "columns": {"type_oid": _of(oids.type), "collation": _of(oids.collation), "acl": self._acl},
            "constraints": {
                "oid": to("constraint"),
                "relation": here,
                "foreign_relation": here,
                "index": _of(referred),
                "parent": to("constraint"),
            },
            "indexes": {
                "oid": to("index"),
                "relation": here,
                "opclasses": _all_of(lambda numbers: tuple(map(oids.opclass, numbers))),
                "collations": _all_of(lambda numbers: tuple(map(oids.collation, numbers))),
                "parent": to("index"),
            },
            "policies": {"oid": to("policy"), "relation": here, "roles": roles},
            "triggers": {
                "oid": to("trigger"),
                "relation": here,
                "function": _of(oids.function),
                "constraint": to("constraint"),
                "parent": to("trigger"),
            },
            "rules": {"oid": to("rule"), "relation": here},
        }
        return converts[name]

    def _acl(self, value: object) -> object:
        return tuple(map(self._rename, value)) if isinstance(value, tuple) else value

    def _schemas(self, value: object) -> object:
        return tuple(map(self._oids.schema, value)) if isinstance(value, tuple) else value


def _merged(old: object, new: object, existing: object, convert: Convert) -> object:
    """Return a record of the target with the fields that changed between two records of the twin."""
    if old is None or existing is None:
        return _made(new, convert)
    changes = {
        f.name: convert.get(f.name, _same)(getattr(new, f.name))
        for f in fields(new)  # type: ignore[arg-type]
        if getattr(new, f.name) != getattr(old, f.name) and f.name not in _OF_THE_TARGET
    }
    changes = {name: value for name, value in changes.items() if getattr(existing, name) != value}
    return replace(existing, **changes) if changes else existing  # type: ignore[type-var]


def _made(new: object, convert: Convert) -> object:
    """Return a record of the twin as one of the target."""
    return replace(new, **{name: change(getattr(new, name)) for name, change in convert.items()})  # type: ignore[type-var]


def _key(record: object) -> object:
    """What a part keeps within the twin, whatever it is renamed to: its oid, a column's number."""
    return getattr(record, "oid", None) or getattr(record, "number", None)


def _named(record: object) -> object:
    """What a part is called."""
    name = getattr(record, "name", None)
    return record if name is None else (getattr(record, "schema", None), name)


def _of(change: Callable[[int], int]) -> Callable[[object], object]:
    return lambda value: change(value) if isinstance(value, int) else value


def _all_of(change: Callable[[Iterable[int]], tuple[int, ...]]) -> Callable[[object], object]:
    return lambda value: change(value) if isinstance(value, tuple) else value


def _always(oid: int) -> Callable[[object], object]:
    return lambda _: oid


def _same(value: object) -> object:
    return value
