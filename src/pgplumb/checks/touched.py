"""Which relations a change touches: those that were read again, and those whose answers hang on them."""

from __future__ import annotations

from collections.abc import Mapping

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation


def touched(before: Catalog, after: Catalog) -> frozenset[int]:
    """Return the oids of changed, new and gone relations and of their neighbours, by comparing identities.

    Neighbours are the two sides of a foreign key, a partition's parent and children, a view and what it reads.
    """
    if before.relations is after.relations:
        return frozenset()
    changed = _changed(before.relations, after.relations)
    near = set(changed)
    for oid in changed:
        for catalog in (before, after):
            relation = catalog.relations.get(oid)
            if relation is None:
                continue
            near.update(key.foreign_relation for key in relation.foreign_keys)
            near.update(table.oid for table, _ in catalog.referencing.get(oid, ()))
            near.update(relation.parents)
            near.update(child.oid for child in catalog.children.get(oid, ()))
            near.update(relation.depends_on)
            near.update(view.oid for view in catalog.dependents.get(oid, ()))
            if relation.sequence is not None and relation.sequence.owner_relation:
                near.add(relation.sequence.owner_relation)
            if relation.is_partition:
                near.add(catalog.root(relation).oid)
    return frozenset(near)


def _changed(before: Mapping[int, Relation], after: Mapping[int, Relation]) -> set[int]:
    changed = {oid for oid, relation in after.items() if before.get(oid) is not relation}
    changed.update(before.keys() - after.keys())
    return changed
