"""What DROP and TRUNCATE lock, which is more than they name."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.hazards.effect import (
    ACCESS_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Effects,
    Target,
)
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node

_RELATIONS = {"TABLE", "VIEW", "MATVIEW", "SEQUENCE", "FOREIGN_TABLE"}
_ON_TABLE = {"TRIGGER", "POLICY", "RULE"}


def object_name(node: Node) -> tuple[str, ...]:
    """Return the name of one object of a DROP."""
    return node.words("items") or node.words("names") or node.words("objname") or (node.text("sval"),)


def drop(node: Node, world: World, effects: Effects) -> None:
    """Collect the effects of DROP on relations; functions, types and schemas only matter through CASCADE."""
    kind = node.text("removeType").removeprefix("OBJECT_")
    cascade = node.text("behavior") == "DROP_CASCADE"
    for item in node.nodes("objects"):
        name = object_name(item)
        if kind in _RELATIONS:
            target, record = world.find(name)
            if target.missing and node.flag("missing_ok"):
                continue
            effects.lock(target, ACCESS_EXCLUSIVE)
            if record is not None:
                _partners(record, world, effects, cascade)
            elif target.existed and kind == "TABLE":
                effects.unsure(f"which tables share a foreign key with {target.id}: they are locked too")
        elif kind == "INDEX":
            _drop_index(name, node, world, effects)
        elif kind == "STATISTIC_EXT":
            _drop_statistics(name, node, world, effects)
        elif kind in _ON_TABLE:
            effects.lock(world.find(name[:-1])[0], ACCESS_EXCLUSIVE)
        elif cascade and kind in ("FUNCTION", "PROCEDURE", "TYPE", "DOMAIN", "SCHEMA", "EXTENSION"):
            effects.unsure("which tables lose something by CASCADE: they are locked")


def _drop_statistics(name: tuple[str, ...], node: Node, world: World, effects: Effects) -> None:
    schemas = name[-2:-1] or world.search_path
    for found in world.catalog.statistics_objects if world.catalog else ():
        table = world.relation(found.relation)
        if found.name == name[-1] and found.schema in schemas and table is not None:
            effects.lock(Target(table.qualified, existed=True), SHARE_UPDATE_EXCLUSIVE)
            return
    if world.catalog is None:
        effects.unsure(f"which table {'.'.join(name)} is of")


def _drop_index(name: tuple[str, ...], node: Node, world: World, effects: Effects) -> None:
    table, record = world.index_table(name)
    if table is None:
        if world.catalog is None or world.opaque:
            effects.unsure(f"which table {'.'.join(name)} belongs to: it is locked")
        return
    effects.lock(table, SHARE_UPDATE_EXCLUSIVE if node.flag("concurrent") else ACCESS_EXCLUSIVE)
    for child in world.descendants(record) if record is not None and record.kind == "p" else ():
        effects.lock(child, ACCESS_EXCLUSIVE)


def _partners(record: Relation, world: World, effects: Effects, cascade: bool) -> None:
    """Foreign keys lock the table at their other end; a partition locks its parent and the default one."""
    catalog = world.catalog
    if catalog is None:
        return

    def lock(relation: Relation | None) -> None:
        if relation is not None and relation.oid != record.oid:
            effects.lock(Target(relation.qualified, existed=True), ACCESS_EXCLUSIVE)

    for sequence in world.owned_sequences(record):
        effects.lock(sequence, ACCESS_EXCLUSIVE)
    for key in record.foreign_keys:
        # A key that it has from its partitioned table goes without a look at the other end.
        if not key.parent:
            lock(world.relation(key.foreign_relation))
    if cascade:
        for other, _ in catalog.referencing.get(record.oid, ()):
            lock(other)
        for view in _views_over(record, catalog):
            lock(view)
        if record.kind == "S":
            _drop_defaults(record, world, effects)
    for child in world.descendants(record):
        effects.lock(child, ACCESS_EXCLUSIVE)
    if record.is_partition and record.parents:
        parent = world.relation(record.parents[0])
        lock(parent)
        if parent is not None and parent.partition_key and parent.partition_key.default_partition:
            lock(world.relation(parent.partition_key.default_partition))


def _views_over(record: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield the views that read a relation, and those over them."""
    seen: set[int] = set()
    waiting = [record.oid]
    while waiting:
        for view in catalog.dependents.get(waiting.pop(), ()):
            if view.oid not in seen:
                seen.add(view.oid)
                waiting.append(view.oid)
                yield view


def _drop_defaults(sequence: Relation, world: World, effects: Effects) -> None:
    """Defaults that draw from a sequence go with it: their tables are locked."""
    for other in world.catalog.relations.values() if world.catalog else ():
        for column in other.columns if other.is_table else ():
            text = column.default
            if isinstance(text, str) and "nextval(" in text and sequence.name in text:
                effects.lock(Target(other.qualified, existed=True), ACCESS_EXCLUSIVE)
            elif text is not None and not isinstance(text, str):
                effects.unsure(f"whether the default of {other.qualified}.{column.name} uses the sequence")


def truncate(node: Node, world: World, effects: Effects) -> None:
    """Locks the tables and, with CASCADE, all that refer to them."""
    for source in node.nodes("relations"):
        target, record = world.ranged(source)
        effects.lock(target, ACCESS_EXCLUSIVE)
        if record is None or world.catalog is None:
            continue
        for child in world.descendants(record) if source.flag("inh") else ():
            effects.lock(child, ACCESS_EXCLUSIVE)
        if node.text("behavior") == "DROP_CASCADE":
            for other in referring(record, world):
                effects.lock(Target(other.qualified, existed=True), ACCESS_EXCLUSIVE)


def referring(record: Relation, world: World) -> tuple[Relation, ...]:
    """Return every table that refers to one, directly or by way of others, without itself."""
    found: dict[int, Relation] = {}
    waiting = [record]
    while waiting:
        for other, _ in world.catalog.referencing.get(waiting.pop().oid, ()) if world.catalog else ():
            if other.oid not in found and other.oid != record.oid:
                found[other.oid] = other
                waiting.append(other)
    return tuple(found.values())
