"""What statements lock that create something: mostly nothing but what the new object refers to."""

from __future__ import annotations

from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import (
    ACCESS_EXCLUSIVE,
    ACCESS_SHARE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Effects,
    Target,
)
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import ranges_in


def create_table(node: Node, world: World, effects: Effects) -> None:
    """Locks what it refers to: writers of a referenced table wait, and a partition locks its parent."""
    if world.find(world.new_name(node.node("relation")))[1] is not None and node.flag("if_not_exists"):
        return
    partition = node.node("partbound") is not None
    for parent_range in node.nodes("inhRelations"):
        parent, record = world.ranged(parent_range)
        effects.lock(parent, ACCESS_EXCLUSIVE if partition else SHARE_UPDATE_EXCLUSIVE)
        for inherited in record.foreign_keys if record is not None and partition else ():
            if (referenced := world.relation(inherited.foreign_relation)) is not None:
                effects.lock(Target(referenced.qualified, existed=True), SHARE_ROW_EXCLUSIVE)
        key = record.partition_key if record and partition else None
        default = world.relation(key.default_partition) if key and key.default_partition else None
        if default is not None:
            target = Target(default.qualified, existed=True)
            effects.lock(target, ACCESS_EXCLUSIVE)
            effects.does(target, "scan", "every row is checked not to belong to the new partition", "catalog")
        elif partition and record is None and parent.existed:
            effects.unsure(
                "whether there is a default partition: if so, it is locked and every row of it is read"
            )
    for element in node.nodes("tableElts"):
        if element.kind == "TableLikeClause":
            effects.lock(world.ranged(element.node("relation"))[0], ACCESS_SHARE)
        for constraint in (element, *element.nodes("constraints")):
            if constraint.text("contype") == "CONSTR_FOREIGN" and constraint.node("pktable"):
                parent, _ = world.ranged(constraint.node("pktable"))
                if parent.id != world_name(world, node.node("relation")):
                    effects.lock(parent, SHARE_ROW_EXCLUSIVE)


def world_name(world: World, relation: Node | None) -> str:
    """Return how a relation that is being made will be called."""
    return dotted(*world.new_name(relation))


def create_table_as(node: Node, world: World, effects: Effects) -> None:
    """Reads what its query reads."""
    query = node.node("query")
    for source in ranges_in(query) if query else ():
        effects.lock(world.ranged(source)[0], ACCESS_SHARE)


def create_view(node: Node, world: World, effects: Effects) -> None:
    """Locks the view that it replaces."""
    target, record = world.ranged(node.node("view"))
    if node.flag("replace") and (record is not None or (world.catalog is None and target.existed)):
        effects.lock(target, ACCESS_EXCLUSIVE)
    query = node.node("query")
    for source in ranges_in(query) if query else ():
        effects.lock(world.ranged(source)[0], ACCESS_SHARE)


def create_index(node: Node, world: World, effects: Effects) -> None:
    """Keeps writers out while it builds, unless CONCURRENTLY; a partitioned table's partitions as well."""
    table = node.node("relation")
    target, record = world.ranged(table)
    if node.flag("if_not_exists") and record and any(i.name == node.text("idxname") for i in record.indexes):
        return
    concurrent = node.flag("concurrent")
    only = table is not None and not table.flag("inh")
    effects.lock(target, SHARE_UPDATE_EXCLUSIVE if concurrent else SHARE)
    if record is not None and record.kind == "p" and only:
        return
    why = f"the index {node.text('idxname')} is built".replace("  ", " ")
    effects.does(target, "index", why)
    for child in world.descendants(record) if record is not None and record.kind == "p" else ():
        effects.lock(child, SHARE)


def create_trigger(node: Node, world: World, effects: Effects) -> None:
    """Keeps writers out for a moment; of the partitions as well, which get it too."""
    target, record = world.ranged(node.node("relation"))
    effects.lock(target, SHARE_ROW_EXCLUSIVE)
    tree = record is not None and record.kind == "p" and node.flag("row")
    for child in world.descendants(record) if record is not None and tree else ():
        effects.lock(child, SHARE_ROW_EXCLUSIVE)


def publication(node: Node, world: World, effects: Effects) -> None:
    """The tables that come or go by name wait for VACUUM, index builds and the like alone."""
    for item in node.nodes("pubobjects"):
        table = item.node("pubtable")
        ranged = table.node("relation") if table else None
        if ranged is None:
            continue
        target, record = world.ranged(ranged)
        effects.lock(target, SHARE_UPDATE_EXCLUSIVE)
        for child in world.descendants(record) if record is not None and record.kind == "r" else ():
            effects.lock(child, SHARE_UPDATE_EXCLUSIVE)


def policy(node: Node, world: World, effects: Effects) -> None:
    """Keeps everybody out for a moment."""
    effects.lock(world.ranged(node.node("table"))[0], ACCESS_EXCLUSIVE)


def rule(node: Node, world: World, effects: Effects) -> None:
    """Keeps everybody out for a moment."""
    effects.lock(world.ranged(node.node("relation"))[0], ACCESS_EXCLUSIVE)


def statistics(node: Node, world: World, effects: Effects) -> None:
    """Waits for VACUUM, index builds and the like alone."""
    for source in node.nodes("relations"):
        effects.lock(world.ranged(source)[0], SHARE_UPDATE_EXCLUSIVE)


def schema(node: Node, world: World, effects: Effects) -> None:
    """Locks nothing by itself; elements given in the same statement are not looked at."""
    if node.nodes("schemaElts"):
        effects.unsure("what the elements of CREATE SCHEMA lock")
