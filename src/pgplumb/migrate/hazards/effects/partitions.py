"""What attaching and detaching a partition locks and reads."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.migrate.hazards.effect import ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, Target
from pgplumb.migrate.hazards.effects.columns import Altered
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node


def partition(table: Altered, definition: Node, *, attaches: bool) -> None:
    """Collect the effects of ATTACH and DETACH: on the partition, the default one, and what keys refer to."""
    effects, world = table.effects, table.world
    part, record = world.ranged(definition.node("name"))
    concurrent = definition.flag("concurrent")
    effects.lock(part, ACCESS_EXCLUSIVE)
    default = _default_of(table.relation, world)
    holder = table.relation if attaches else record
    for key in holder.foreign_keys if holder is not None and not concurrent else ():
        referenced = world.relation(key.foreign_relation)
        if referenced is not None and (attaches or key.parent):
            effects.lock(Target(referenced.qualified, existed=True), SHARE_ROW_EXCLUSIVE)
    for child in world.descendants(record) if record is not None and not concurrent else ():
        effects.lock(child, ACCESS_EXCLUSIVE)
    if attaches:
        for index in _lacking(table.relation, record):
            effects.does(part, "index", f"it has no index like {index.name}, which is built", "catalog")
        if not part.existed or record is None or not _has_checks(record):
            effects.does(part, "scan", "every row is checked against the partition's bounds")
        else:
            effects.unsure(f"whether the checks of {part.id} prove its bounds: if not, every row is read")
    if default is not None and default.id != part.id and not concurrent:
        effects.lock(default, ACCESS_EXCLUSIVE)
        if attaches:
            effects.does(
                default, "scan", "every row is checked not to belong to the new partition", "catalog"
            )
    elif attaches and table.relation is None and table.target.existed:
        effects.unsure(
            "whether there is a default partition: if so, it is locked and every row of it is read"
        )


def _default_of(parent: Relation | None, world: World) -> Target | None:
    key = parent.partition_key if parent else None
    found = world.relation(key.default_partition) if key and key.default_partition else None
    return Target(found.qualified, existed=True) if found else None


def _lacking(parent: Relation | None, part: Relation | None) -> list[Index]:
    """Return the indexes of a partitioned table that a table has nothing like."""
    if parent is None or part is None:
        return []

    def like(relation: Relation, index: Index) -> tuple[object, ...]:
        keys = relation.column_names(index.columns)
        return (
            keys,
            index.key_count,
            index.method,
            index.is_unique,
            index.opclasses,
            index.collations,
            index.predicate,
        )

    there = {like(part, index) for index in part.indexes if index.is_valid}
    return [index for index in parent.indexes if like(parent, index) not in there]


def _has_checks(relation: Relation) -> bool:
    return any(c.kind == "c" and c.validated for c in relation.constraints)
