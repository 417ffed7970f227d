"""What a crash empties, and what makes every write dearer."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find UNLOGGED tables and replica identities that log whole rows."""
    node = step.node
    relation = node.node("relation")
    if node.kind == "CreateStmt" and relation is not None and relation.text("relpersistence") == "u":
        name = world.ranged(relation)[0].id
        yield hazard(
            "not-crash-safe", step.index, (name,), f"{name} is empty after a crash and is not on standbys"
        )
    if node.kind != "AlterTableStmt":
        return
    target, _ = world.ranged(relation)
    for command in node.nodes("cmds"):
        definition = command.node("def")
        if command.text("subtype") == "AT_SetUnLogged":
            message = f"{target.id} is empty after a crash and is not on standbys"
            yield hazard("not-crash-safe", step.index, (target.id,), message)
        elif definition is not None and definition.text("identity_type") == "f":
            message = (
                f"every UPDATE and DELETE on {target.id} logs the whole old row: a unique index is cheaper"
            )
            yield hazard("write-amplification", step.index, (target.id,), message)


FAMILY = Family("durability", frozenset({"not-crash-safe", "write-amplification"}), look)
