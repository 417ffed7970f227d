"""Partitions: detaching with and without a lock."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.rewording import append, sole_command
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find DETACH PARTITION that locks, and the one that the server refuses."""
    if step.node.kind != "AlterTableStmt" or step.node.text("objtype") != "OBJECT_TABLE":
        return
    target, record = world.ranged(step.node.node("relation"))
    key = record.partition_key if record else None
    default = world.relation(key.default_partition) if key and key.default_partition else None
    for command in step.node.nodes("cmds"):
        definition = command.node("def")
        if command.text("subtype") != "AT_DetachPartition" or definition is None or not target.existed:
            continue
        if definition.flag("concurrent") and default is not None:
            message = (
                f"{target.id} has a default partition, with which DETACH CONCURRENTLY does not work (55000)"
            )
            yield hazard(
                "unsupported-operation", step.index, (target.id, default.qualified), message, source="catalog"
            )
        elif not definition.flag("concurrent") and default is None:
            message = f"readers and writers of all of {target.id} wait for a moment"
            safer = (
                append(step.statement.text, "CONCURRENTLY") if sole_command(step.node) and record else None
            )
            yield hazard("not-concurrently", step.index, (target.id,), message, safer)


FAMILY = Family("partitions", frozenset({"unsupported-operation", "not-concurrently"}), look)
