"""Hands a catalog's look-ups on to the one that follows it: only what the changed relations say is done again."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from pgplumb.catalog.model import Catalog, is_exposed, is_rules_table, key_order, name_order
from pgplumb.catalog.relation import Constraint, Index, Relation

V = TypeVar("V")
Name = tuple[str, str]


def hand_on_lookups(before: Catalog, after: Catalog, changed: Collection[int]) -> None:
    """Fill in the look-ups of a catalog that its predecessor has. `changed` holds every relation that differs."""
    gone = [before.relations[oid] for oid in changed if oid in before.relations]
    come = [after.relations[oid] for oid in changed if oid in after.relations]
    there, ready = before.__dict__, after.__dict__
    names = there.keys() - ready.keys()
    for name, belongs in _ORDERED.items():
        if name in names:
            ready[name] = _replaced(there[name], gone, come, belongs)
    for name, keys in _GROUPED.items():
        if name in names:
            ready[name] = _regrouped(there[name], gone, come, keys)
    if "referencing" in names:
        ready["referencing"] = _referencing(there["referencing"], gone, come)
    if "by_name" in names:
        ready["by_name"] = _renamed(there["by_name"], gone, come, lambda r: [(name_order(r), r)])
    if "indexes" in names:
        ready["indexes"] = _renamed(there["indexes"], gone, come, _indexes)


def _replaced(
    old: tuple[Relation, ...],
    gone: Iterable[Relation],
    come: Iterable[Relation],
    belongs: Callable[[Relation], bool],
) -> tuple[Relation, ...]:
    found = list(old)
    for relation in filter(belongs, gone):
        del found[bisect_left(found, name_order(relation), key=name_order)]
    for relation in filter(belongs, come):
        insort(found, relation, key=name_order)
    return tuple(found)


def _regrouped(
    old: Mapping[int, tuple[Relation, ...]],
    gone: Iterable[Relation],
    come: Iterable[Relation],
    keys: Callable[[Relation], Iterable[int]],
) -> dict[int, tuple[Relation, ...]]:
    found = dict(old)
    for relation in gone:
        for key in keys(relation):
            found[key] = tuple(r for r in found[key] if r is not relation)
    for relation in come:
        for key in keys(relation):
            found[key] = tuple(sorted((*found.get(key, ()), relation), key=name_order))
    return _without_empty(found, (key for relation in gone for key in keys(relation)))


Pair = tuple[Relation, Constraint]


def _referencing(
    old: Mapping[int, tuple[Pair, ...]], gone: Iterable[Relation], come: Iterable[Relation]
) -> dict[int, tuple[Pair, ...]]:
    found = dict(old)
    lost = {key.foreign_relation for relation in gone for key in _keys(relation)}
    left = {relation.oid for relation in gone}
    for oid in lost:
        found[oid] = tuple(pair for pair in found[oid] if pair[0].oid not in left)
    for relation in come:
        for key in _keys(relation):
            pairs = (*found.get(key.foreign_relation, ()), (relation, key))
            found[key.foreign_relation] = tuple(sorted(pairs, key=key_order))
    return _without_empty(found, lost)


def _without_empty(found: dict[int, tuple[V, ...]], keys: Iterable[int]) -> dict[int, tuple[V, ...]]:
    for key in keys:
        if key in found and not found[key]:
            del found[key]
    return found


def _renamed(
    old: Mapping[Name, V],
    gone: Iterable[Relation],
    come: Iterable[Relation],
    entries: Callable[[Relation], Iterable[tuple[Name, V]]],
) -> dict[Name, V]:
    found = dict(old)
    for relation in gone:
        for name, _ in entries(relation):
            found.pop(name, None)
    found.update(entry for relation in come for entry in entries(relation))
    return found


def _keys(relation: Relation) -> Iterator[Constraint]:
    return relation.foreign_keys if relation.kind in "rp" else iter(())


def _indexes(relation: Relation) -> Iterator[tuple[Name, tuple[Relation, Index]]]:
    return (((relation.schema, index.name), (relation, index)) for index in relation.indexes)


def _owner(relation: Relation) -> tuple[int, ...]:
    owner = relation.sequence.owner_relation if relation.sequence is not None else 0
    return (owner,) if owner else ()


_ORDERED: Mapping[str, Callable[[Relation], bool]] = {"tables": is_rules_table, "exposed": is_exposed}
_GROUPED: Mapping[str, Callable[[Relation], tuple[int, ...]]] = {
    "children": lambda relation: relation.parents,
    "dependents": lambda relation: relation.depends_on,
    "owned_sequences": _owner,
}
