"""What is gone afterwards, what goes with it, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import Effects, Target
from pgplumb.migrate.hazards.effects.dropping import object_name, referring
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, Source, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World, split_name
from pgplumb.sql.node import Node

_HOLDS_ROWS = {"TABLE", "FOREIGN_TABLE"}


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find rows and values that a statement removes, and objects that go or stay in the way."""
    node = step.node
    if node.kind == "DropStmt":
        yield from _drop(step, node, world)
    elif node.kind == "TruncateStmt":
        yield from _truncate(step, node, world)
    elif node.kind == "AlterTableStmt":
        target, record = world.ranged(node.node("relation"))
        for command in node.nodes("cmds"):
            if command.text("subtype") == "AT_DropColumn" and target.existed:
                yield from _drop_column(step, command, target, record, world)
    elif node.kind == "DropdbStmt":
        name = node.text("dbname")
        yield from _gone(step, (name,), f"everything in the database {name} is gone")
    elif node.kind == "DropOwnedStmt":
        yield from _gone(step, (), "everything that the role owns is gone, rows included")


def _gone(step: Step, names: tuple[str, ...], message: str) -> Iterator[Hazard]:
    yield hazard("data-loss", step.index, names, message)
    yield hazard("irreversible", step.index, names, "no migration brings them back: only a backup does")


def _drop(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    kind = node.text("removeType").removeprefix("OBJECT_")
    cascade = node.text("behavior") == "DROP_CASCADE"
    for item in node.nodes("objects"):
        name = object_name(item)
        target, record = (
            world.find(name) if kind in (*_HOLDS_ROWS, "VIEW", "MATVIEW", "SEQUENCE") else (None, None)
        )
        if target is not None and (target.missing or not target.existed):
            continue
        label = target.id if target else dotted(*name) if kind == "SCHEMA" else world.qualified(name)
        if kind in _HOLDS_ROWS:
            yield from _gone(step, (label,), f"the rows of {label} are gone")
        elif kind == "SCHEMA" and cascade:
            yield from _gone(step, (label,), f"everything in the schema {label} is gone, rows included")
        if target is not None:
            yield from _dependents(step, target, record, world, cascade)
        elif cascade:
            message = f"CASCADE removes whatever depends on {label}, columns included"
            yield hazard("cascade-drops-others", step.index, (label,), message)
        elif kind == "TYPE" or kind == "DOMAIN":
            yield from _used_type(step, name, label, world)


def _dependents(
    step: Step, target: Target, record: Relation | None, world: World, cascade: bool
) -> Iterator[Hazard]:
    names: list[str] = []
    source: Source = "static"
    if record is not None and world.catalog is not None:
        source = "catalog"
        views = [v.qualified for v in world.catalog.dependents.get(record.oid, ())]
        keys = world.catalog.referencing.get(record.oid, ())
        fks = [dotted(t.schema, t.name, k.name) for t, k in keys if t.oid != record.oid]
        names = [n for n in (*views, *fks) if n not in world.made.dropped]
    if cascade and (names or record is None):
        listed = ", ".join(names) or f"whatever depends on {target.id}"
        yield hazard(
            "cascade-drops-others",
            step.index,
            names or (target.id,),
            f"CASCADE removes {listed}",
            source=source,
        )
    elif names:
        message = f"{', '.join(names)} depend on {target.id}, so the server refuses to drop it (2BP01)"
        yield hazard("blocked-by-dependents", step.index, names, message, source=source)


def _used_type(step: Step, name: tuple[str, ...], label: str, world: World) -> Iterator[Hazard]:
    found = world.type_named(name)
    if found is None or world.catalog is None:
        return
    used = [
        relation.column_id(column).partition(":")[2]
        for relation in world.catalog.relations.values()
        for column in relation.columns
        if column.type_oid == found.oid
    ]
    if used:
        message = f"{', '.join(used[:3])} use {label}, so the server refuses to drop it (2BP01)"
        yield hazard("blocked-by-dependents", step.index, used, message, source="catalog")


def _truncate(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    named = [world.ranged(source) for source in node.nodes("relations")]
    cascade = node.text("behavior") == "DROP_CASCADE"
    together = {target.id for target, _ in named}
    for target, record in named:
        if not target.existed:
            continue
        yield from _gone(step, (target.id,), f"the rows of {target.id} are gone")
        others = [o.qualified for o in referring(record, world)] if record is not None else []
        others = [name for name in others if name not in together]
        if cascade and others:
            message = f"CASCADE empties {', '.join(others)} too"
            yield hazard("cascade-drops-others", step.index, others, message, source="catalog")
        elif cascade and record is None:
            message = f"CASCADE empties every table that refers to {target.id} too"
            yield hazard("cascade-drops-others", step.index, (target.id,), message)
        elif others:
            message = (
                f"{', '.join(others)} refer to {target.id}, so the server refuses to truncate it (0A000)"
            )
            yield hazard("blocked-by-dependents", step.index, others, message, source="catalog")


def _drop_column(
    step: Step, command: Node, target: Target, record: Relation | None, world: World
) -> Iterator[Hazard]:
    name = command.text("name")
    label = dotted(*split_name(target.id), name)
    yield from _gone(step, (label,), f"the values of {label} are gone")
    if command.text("behavior") == "DROP_CASCADE":
        message = f"CASCADE removes the views and constraints that use {label}"
        yield hazard("cascade-drops-others", step.index, (label,), message)
    column = record.column_named(name) if record else None
    if record is None or column is None:
        return
    lost = [
        dotted(record.schema, i.name)
        for i in record.indexes
        if column.number in i.columns and len(i.columns) > 1
    ]
    if lost:
        message = f"{', '.join(lost)} go with the column, although they have other columns too"
        yield hazard("cascade-drops-others", step.index, lost, message, source="catalog")


FAMILY = Family(
    "data_loss",
    frozenset({"data-loss", "irreversible", "cascade-drops-others", "blocked-by-dependents"}),
    look,
)
