"""What the remaining statements lock: upkeep, data, renames, comments."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import (
    ACCESS_EXCLUSIVE,
    ACCESS_SHARE,
    EXCLUSIVE,
    MODES,
    ROW_EXCLUSIVE,
    ROW_SHARE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Effects,
    Target,
)
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node
from pgplumb.sql.ranges import range_name, ranges_in


def has_option(node: Node, name: str, field: str = "options") -> bool:
    """Whether an option of VACUUM, REINDEX, ... is given and not turned off."""
    for option in node.nodes(field):
        if option.text("defname") == name:
            value = option.node("arg")
            text = value.text("sval").lower() if value else "true"
            return text not in ("false", "off", "0", "no")
    return False


def rename(node: Node, world: World, effects: Effects) -> None:
    """Renaming an index, or nothing that belongs to a relation, keeps nobody out."""
    if node.node("relation") is None:
        return
    if node.text("renameType") == "OBJECT_INDEX":
        known, _ = world.index_table(range_name(node.node("relation") or node))
        name = world.ranged(node.node("relation"))[0].id
        effects.lock(Target(name, known.existed if known else True), SHARE_UPDATE_EXCLUSIVE)
        return
    target, record = world.ranged(node.node("relation"))
    effects.lock(target, ACCESS_EXCLUSIVE)
    if node.text("renameType") == "OBJECT_COLUMN" and record is not None and record.is_table:
        for child in world.descendants(record):
            effects.lock(child, ACCESS_EXCLUSIVE)


def set_schema(node: Node, world: World, effects: Effects) -> None:
    """Keeps everybody out of the relation for a moment."""
    if node.node("relation") is not None:
        effects.lock(world.ranged(node.node("relation"))[0], ACCESS_EXCLUSIVE)


def refresh(node: Node, world: World, effects: Effects) -> None:
    """Computes the whole view again: readers wait, unless CONCURRENTLY."""
    target, record = world.ranged(node.node("relation"))
    concurrent = node.flag("concurrent")
    effects.lock(target, EXCLUSIVE if concurrent else ACCESS_EXCLUSIVE)
    if not node.flag("skipData"):
        effects.does(target, "scan" if concurrent else "rewrite", "its query is run again")
    for oid in record.depends_on if record else ():
        if (source := world.relation(oid)) is not None:
            effects.lock(Target(source.qualified, existed=True), ACCESS_SHARE)


def reindex(node: Node, world: World, effects: Effects) -> None:
    """Locks each index against the planning of any query, unless CONCURRENTLY."""
    concurrent = has_option(node, "concurrently", "params")
    kind = node.text("kind").removeprefix("REINDEX_OBJECT_")
    relation = node.node("relation")
    if relation is None or kind not in ("INDEX", "TABLE"):
        effects.unsure("which indexes are built again")
        return
    mode = SHARE_UPDATE_EXCLUSIVE if concurrent else SHARE
    if kind == "TABLE":
        target, record = world.ranged(relation)
        effects.lock(target, mode)
        effects.does(target, "rebuild", "every index of it is built again")
        if record is not None and not concurrent:
            for index in record.indexes:
                effects.lock(Target(dotted(record.schema, index.name), target.existed), ACCESS_EXCLUSIVE)
        return
    table, _ = world.index_table(range_name(relation))
    if table is None:
        effects.unsure("which table the index belongs to")
        table = Target(world.ranged(relation)[0].id, existed=True)
        effects.lock(table, ACCESS_EXCLUSIVE if not concurrent else mode)
    else:
        effects.lock(table, mode)
        if not concurrent:
            effects.lock(Target(world.ranged(relation)[0].id, table.existed), ACCESS_EXCLUSIVE)
    effects.does(table, "rebuild", f"the index {range_name(relation)[-1]} is built again")


def cluster(node: Node, world: World, effects: Effects) -> None:
    """Writes the table anew."""
    if node.node("relation") is None:
        effects.unsure("which tables CLUSTER writes anew")
        return
    target, _ = world.ranged(node.node("relation"))
    effects.lock(target, ACCESS_EXCLUSIVE)
    effects.does(target, "rewrite", "CLUSTER writes it in the order of an index")


def vacuum(node: Node, world: World, effects: Effects) -> None:
    """VACUUM FULL writes the table anew; the others keep nobody out."""
    full = has_option(node, "full")
    for item in node.nodes("rels"):
        target, _ = world.ranged(item.node("relation"))
        effects.lock(target, ACCESS_EXCLUSIVE if full else SHARE_UPDATE_EXCLUSIVE)
        if full:
            effects.does(target, "rewrite", "VACUUM FULL writes it anew")
    if full and not node.nodes("rels"):
        effects.unsure("which tables VACUUM FULL writes anew: all that the role owns")


def comment(node: Node, world: World, effects: Effects) -> None:
    """Waits for VACUUM, index builds and VALIDATE alone."""
    name = node.name("object")
    kind = node.text("objtype").removeprefix("OBJECT_")
    if kind in ("TABLE", "VIEW", "MATVIEW", "FOREIGN_TABLE", "SEQUENCE"):
        effects.lock(world.find(name)[0], SHARE_UPDATE_EXCLUSIVE)
    elif kind == "COLUMN" and len(name) > 1:
        effects.lock(world.find(name[:-1])[0], SHARE_UPDATE_EXCLUSIVE)
    elif kind in ("TABCONSTRAINT", "TRIGGER", "POLICY", "RULE") and len(name) > 1:
        effects.lock(world.find(name[:-1])[0], ACCESS_SHARE)


def alter_domain(node: Node, world: World, effects: Effects) -> None:
    """A new rule is verified in every table that uses the domain."""
    constraint = node.node("def")
    subtype = node.text("subtype")
    verifies = subtype == "O" or (
        subtype == "C" and constraint is not None and not constraint.flag("skip_validation")
    )
    if not verifies and subtype != "V":
        return
    domain = world.type_named(node.words("typeName"))
    if domain is None or world.catalog is None:
        effects.unsure("which tables use the domain: they are read and locked")
        return
    mode = SHARE_UPDATE_EXCLUSIVE if subtype == "V" else SHARE
    for relation in world.catalog.relations.values():
        if relation.kind in "rm" and any(c.type_oid == domain.oid for c in relation.columns):
            target = Target(relation.qualified, existed=True)
            effects.lock(target, mode)
            effects.does(target, "scan", f"the domain {domain.name} is verified for every row", "catalog")


def lock(node: Node, world: World, effects: Effects) -> None:
    """LOCK TABLE, as it says."""
    for source in node.nodes("relations"):
        target, record = world.ranged(source)
        mode = MODES[node.number("mode") - 1]
        effects.lock(target, mode)
        for child in _tree(source, record, world):
            effects.lock(child, mode)


def _tree(source: Node, record: Relation | None, world: World) -> Iterator[Target]:
    """Yield what is below a table that is named without ONLY."""
    if record is not None and record.is_table and source.flag("inh"):
        yield from world.descendants(record)


def write(node: Node, world: World, effects: Effects) -> None:
    """INSERT, UPDATE, DELETE and MERGE: the table that is written, and what is read for it."""
    target, record = world.ranged(node.node("relation"))
    effects.lock(target, ROW_EXCLUSIVE)
    written = node.node("relation")
    if node.kind != "InsertStmt" and written is not None:
        for child in _tree(written, record, world):
            effects.lock(child, ROW_EXCLUSIVE)
    elif record is not None and world.catalog is not None:
        given = {column.text("name") for column in node.nodes("cols")}
        for column in record.columns:
            if given and column.name not in given:
                for sequence in world.owned_sequences(record, column.number):
                    effects.lock(sequence, ROW_EXCLUSIVE)
    read(node, world, effects)
    changed = (
        {column.text("name") for column in node.nodes("targetList")} if node.kind == "UpdateStmt" else None
    )
    for key in record.foreign_keys if record is not None and node.kind != "DeleteStmt" else ():
        parent = world.relation(key.foreign_relation)
        touched = changed is None or changed & set(record.column_names(key.columns) if record else ())
        if parent is not None and touched:
            effects.lock(Target(parent.qualified, existed=True), ROW_SHARE)


def read(node: Node, world: World, effects: Effects) -> None:
    """SELECT: all that it reads; FOR UPDATE and its kin a little more."""
    written = {n.kind for n in node.walk()} & {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"}
    mode = ROW_SHARE if node.nodes("lockingClause") else ACCESS_SHARE
    for source in ranges_in(node):
        effects.lock(world.ranged(source)[0], mode)
    if node.kind == "SelectStmt" and written:
        effects.unsure("which tables its WITH writes")


def copy(node: Node, world: World, effects: Effects) -> None:
    """COPY writes or reads one table."""
    if node.node("relation") is not None:
        target, _ = world.ranged(node.node("relation"))
        effects.lock(target, ROW_EXCLUSIVE if node.flag("is_from") else ACCESS_SHARE)


def alter_sequence(node: Node, world: World, effects: Effects) -> None:
    """Keeps other sessions from drawing numbers for a moment."""
    effects.lock(world.ranged(node.node("sequence"))[0], SHARE_ROW_EXCLUSIVE)


def opaque(node: Node, world: World, effects: Effects) -> None:
    """What runs is not written in the statement."""
    effects.unsure("what it does: its code runs on the server and is not looked into")
