"""What a plan keeps of a table that it reads whole."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from pgplumb.workload.plan_node import PlanNode

_LEADER_HELPS = 0.3
"""How much less the leader does for each worker (get_parallel_divisor in costsize.c)."""
_JOINS = ("Hash Join", "Merge Join", "Nested Loop")


@dataclass(frozen=True, slots=True)
class WholeRead:
    """The sequential scans of one table, partitions added up. Rows are the planner's estimates."""

    filtered: float | None
    """Rows that pass the scans' own filters; None where they have none."""
    joined: float | None
    """Rows of the join next above; None where the table is not joined."""


def read_whole(root: PlanNode, tables: Set[tuple[str, str]]) -> WholeRead | None:
    """Return what a plan keeps of tables that it scans sequentially, or None where it scans none of them so."""
    filtered = 0.0
    joins: dict[int, float] = {}
    scans = filters = 0
    waiting: list[tuple[PlanNode, tuple[int, float] | None, float]] = [(root, None, 1.0)]
    while waiting:
        node, join, processes = waiting.pop()
        if node.node_type == "Seq Scan" and (node.schema or "", node.relation or "") in tables:
            scans += 1
            if node.filter is not None:
                filters += 1
                filtered += node.rows * (processes if node.parallel else 1.0)
            if join is not None:
                joins[join[0]] = join[1]
        if node.node_type in _JOINS:
            # Below a Gather every estimate of a join is that of one process.
            join = (id(node), node.rows * processes)
        if node.workers:
            processes = node.workers + max(1.0 - _LEADER_HELPS * node.workers, 0.0)
        waiting += [(child, join, processes) for child in reversed(node.children)]
    if not scans:
        return None
    return WholeRead(filtered if filters else None, sum(joins.values()) if joins else None)
