"""Changes of rows: all of them in one statement."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.changes import row_changes
from pgplumb.sql.node import Node

FEW = 1000
"""Rows that may well change at once."""


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find UPDATE and DELETE without a condition, in WITH and under EXPLAIN ANALYZE too."""
    changes = tuple(row_changes(step.node))
    keeps = step.node.kind == "CreateTableAsStmt" or any(change.kind == "InsertStmt" for change in changes)
    for change in changes:
        if change.kind in ("UpdateStmt", "DeleteStmt") and _takes_all(change.node("whereClause")):
            # What a DELETE returns may be put elsewhere: rows that move are not gone.
            moves = keeps and change.kind == "DeleteStmt" and _returns(change)
            yield from _all_rows(step, change, world, moves=moves)


def _all_rows(step: Step, node: Node, world: World, *, moves: bool) -> Iterator[Hazard]:
    target, record = world.ranged(node.node("relation"))
    if not target.existed:
        return
    deletes = node.kind == "DeleteStmt"
    held = world.rows(record)
    if held is None or held > FEW:
        rows = "all rows" if held is None else f"{count(held)} rows"
        message = f"{rows} of {target.id} change in one statement and stay locked until it commits: do it in batches"
        yield hazard(
            "unbatched-dml", step.index, (target.id,), message, source="catalog" if record else "static"
        )
    if moves:
        return
    if deletes:
        yield hazard("data-loss", step.index, (target.id,), f"the rows of {target.id} are gone")
    what = "deleted rows" if deletes else "old values"
    yield hazard(
        "irreversible", step.index, (target.id,), f"no migration brings the {what} of {target.id} back"
    )


def _returns(node: Node) -> bool:
    return bool(node.nodes("returningList")) or node.node("returningClause") is not None


def _takes_all(condition: Node | None) -> bool:
    if condition is None:
        return True
    constant = condition.node("boolval") if condition.kind == "A_Const" else None
    return constant is not None and constant.flag("boolval")


FAMILY = Family("dml", frozenset({"unbatched-dml", "data-loss", "irreversible"}), look)
