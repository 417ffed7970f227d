"""Which relations a change touches: those that were read again, and those whose answers hang on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation


def changed(before: Catalog, after: Catalog) -> frozenset[int]:
    """Return the oids of changed, new and gone relations, by comparing identities."""
    if before.relations is after.relations:
        return frozenset()
    return frozenset(_changed(before.relations, after.relations))


def touched(before: Catalog, after: Catalog, moved: frozenset[int]) -> frozenset[int]:
    """Return the oids of what changed (`moved`) and of its neighbours in either catalog.

    Neighbours are the two sides of a foreign key, partitions and inheriting tables with all above and below them,
    views with all that they read and all that reads them, and sequences with the tables that own them.
    """
    return moved | _near(moved, before) | _near(moved, after)


def _near(moved: Iterable[int], catalog: Catalog) -> set[int]:
    found = _reached(moved, catalog, lambda r: _ids(catalog.children.get(r.oid, ())))
    found |= _reached(moved, catalog, lambda r: r.parents)
    found |= _reached(found, catalog, lambda r: _ids(catalog.dependents.get(r.oid, ())))
    found |= _reached(moved, catalog, lambda r: r.depends_on)
    for oid in tuple(found):
        relation = catalog.relations.get(oid)
        if relation is None:
            continue
        found.update(key.foreign_relation for key in relation.foreign_keys)
        found.update(_ids(table for table, _ in catalog.referencing.get(oid, ())))
        found.update(_ids(catalog.owned_sequences.get(oid, ())))
        if relation.sequence is not None and relation.sequence.owner_relation:
            found.add(relation.sequence.owner_relation)
    return found


def _reached(
    start: Iterable[int], catalog: Catalog, further: Callable[[Relation], Iterable[int]]
) -> set[int]:
    """Return some relations and all that can be come to from them, step by step."""
    found = set(start)
    waiting = list(found)
    while waiting:
        relation = catalog.relations.get(waiting.pop())
        for oid in further(relation) if relation is not None else ():
            if oid not in found:
                found.add(oid)
                waiting.append(oid)
    return found


def _ids(relations: Iterable[Relation]) -> list[int]:
    return [relation.oid for relation in relations]


def _changed(before: Mapping[int, Relation], after: Mapping[int, Relation]) -> set[int]:
    found = {oid for oid, relation in after.items() if before.get(oid) is not relation}
    found.update(before.keys() - after.keys())
    return found
