"""What two readings have in common, by identity: records that are equal stay the objects that they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from operator import attrgetter
from typing import TypeVar

from pgplumb.catalog.model import Catalog, Database
from pgplumb.catalog.relation import Relation

K = TypeVar("K")
V = TypeVar("V")

_AGES = ("frozen_age", "multixact_age")
"""Grow with every transaction of anybody, which is no difference; where one is less, the relation was frozen."""
_OWN = attrgetter(*(f.name for f in fields(Relation) if f.name[0] != "_" and f.name not in _AGES))
_PARTS = attrgetter("columns", "constraints", "indexes", "policies", "triggers", "rules")


def shared_relations(before: Mapping[int, Relation], fresh: Mapping[int, Relation]) -> Mapping[int, Relation]:
    """Return the fresh relations, each old record in place of one that is equal; the old mapping where all are.

    All parts are decoded by that, and no record holds on to the rows of its reading any more.
    """
    found: dict[int, Relation] = {}
    for oid, relation in fresh.items():
        old = before.get(oid)
        kept = old if old is not None and _same(old, relation) else relation
        _PARTS(kept)
        kept.let_go()
        found[oid] = kept
    if found.keys() == before.keys() and all(before[oid] is kept for oid, kept in found.items()):
        return before
    return found


def _same(old: Relation, new: Relation) -> bool:
    frozen = new.frozen_age < old.frozen_age or new.multixact_age < old.multixact_age
    return not frozen and _OWN(old) == _OWN(new) and _PARTS(old) == _PARTS(new)


def shared(fresh: Catalog, before: Catalog, relations: Mapping[int, Relation]) -> Catalog:
    """Return a catalog that keeps every old record that is equal to its new one, and the old value where all are."""
    changes: dict[str, object] = {}
    for name in _MAPPINGS:
        old, new = getattr(before, name), getattr(fresh, name)
        kept = _keep(old, new)
        if kept is not old:
            changes[name] = kept
    for name in _VALUES:
        old, new = getattr(before, name), getattr(fresh, name)
        if old != new:
            changes[name] = new
    if _settled(fresh.database) != _settled(before.database):
        changes["database"] = fresh.database
    if relations is not before.relations:
        changes["relations"] = relations
    if not changes:
        return before
    changes |= {"read_at": fresh.read_at, "database": fresh.database}
    return replace(before, **changes)  # type: ignore[arg-type]


def _settled(database: Database) -> Database:
    """Return the database without its transaction ages, which move with every reading and are statistics."""
    return replace(database, frozen_age=0, multixact_age=0)


def _keep(old: Mapping[K, V], new: Mapping[K, V]) -> Mapping[K, V]:
    kept = {key: old[key] if old.get(key) == value else value for key, value in new.items()}
    same = len(kept) == len(old) and all(kept[key] is value for key, value in old.items() if key in kept)
    return old if same and kept.keys() == old.keys() else kept


_MAPPINGS = (
    "schemas",
    "roles",
    "functions",
    "types",
    "extensions",
    "settings",
    "publications",
    "opclasses",
    "collations",
)
_VALUES = (
    "server_version",
    "server_version_text",
    "current_role",
    "is_standby",
    "memberships",
    "setting_overrides",
    "default_privileges",
    "statistics_objects",
    "subscriptions",
    "reserved_words",
)
