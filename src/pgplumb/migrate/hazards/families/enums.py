"""Enums: values come easily and never go."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find values that are added, and values that are used before their transaction has ended."""
    node = step.node
    if node.kind == "CreateEnumStmt":
        name = world.qualified(node.words("typeName"))
        message = f"values of {name} can be added but never dropped: a table of values with a foreign key can do both"
        yield hazard("enum-hard-to-remove", step.index, (name,), message)
    elif node.kind == "AlterEnumStmt" and not node.text("oldVal"):
        name = world.qualified(node.words("typeName"))
        value = node.text("newVal")
        yield hazard("enum-hard-to-remove", step.index, (name,), f"the value '{value}' can never be dropped")
        yield hazard("irreversible", step.index, (name,), f"no migration takes the value '{value}' back")
        if not node.text("newValNeighbor"):
            message = f"'{value}' sorts last: say BEFORE or AFTER where the order matters"
            yield hazard("enum-value-unordered", step.index, (name,), message)
    elif step.transaction is not None and world.made.enum_labels:
        for inner in node.walk():
            value = (
                constant.text("sval") if inner.kind == "A_Const" and (constant := inner.node("sval")) else ""
            )
            if value and world.made.enum_labels.get(value, -1) == step.transaction:
                message = f"the value '{value}' cannot be used in the transaction that adds it (55P04): commit first"
                yield hazard("enum-value-used-in-same-transaction", step.index, (), message)


FAMILY = Family(
    "enums",
    frozenset({"enum-hard-to-remove", "irreversible", "enum-value-unordered", "enum-value-used-in-same-transaction"}),
    look,
)  # fmt: skip
