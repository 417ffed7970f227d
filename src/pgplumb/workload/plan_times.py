"""Where the time of an executed plan went, and which estimates were wrong.

A node's time as EXPLAIN prints it is an average of its loops and includes what is below it; below a Gather it is
that of one process among several. A CTE or InitPlan is run by the node that first asks for its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pgplumb.workload.plan_node import PlanNode

_READS_ALL = frozenset(("Sort", "Hash", "Bitmap Heap Scan", "ModifyTable"))
"""Nodes that take all rows of their child before they give one."""
_COUNTS_NOTHING = frozenset(("BitmapAnd", "BitmapOr", "Limit", "ModifyTable", "Hash", "LockRows"))
"""Nodes whose actual rows say nothing of an estimate of their own."""


def wall_times(root: PlanNode) -> Mapping[int, float]:
    """Return how long each node and all below it kept the statement busy, in ms, by `id(node)`.

    Empty where the plan was not executed or not timed.
    """
    found: dict[int, float] = {}
    _walls(root, 1.0, found)
    return found


def _walls(node: PlanNode, processes: float, found: dict[int, float]) -> None:
    actual = node.actual
    if actual is None or (actual.total_ms is None and actual.loops):
        return
    found[id(node)] = (actual.ms_total or 0.0) / processes
    for child in node.children:
        own = processes
        if node.node_type in ("Gather", "Gather Merge") and child.parent_relationship == "Outer":
            # All processes ran at the same time; the leader is one of them, where it found time.
            own = max(child.actual.loops / max(actual.loops, 1.0), 1.0) if child.actual else 1.0
            own *= processes
        _walls(child, own, found)


def own_times(root: PlanNode) -> Mapping[int, float]:
    """Return the time that each node spent itself, in ms, by `id(node)`: never below 0."""
    walls = wall_times(root)
    if not walls:
        return {}
    own = dict(walls)
    for node in root.walk():
        for child in node.children:
            time = walls.get(id(child), 0.0)
            if child.parent_relationship != "InitPlan":
                own[id(node)] = own.get(id(node), 0.0) - time
                continue
            for reader, part in _readers(root, node, child, walls):
                own[id(reader)] = own.get(id(reader), 0.0) - time * part
    return {key: max(value, 0.0) for key, value in own.items()}


def _readers(
    root: PlanNode, parent: PlanNode, plan: PlanNode, walls: Mapping[int, float]
) -> Iterator[tuple[PlanNode, float]]:
    """Yield the nodes in whose time a CTE's or InitPlan's own is contained, with their parts of it."""
    name = plan.subplan or ""
    if name.startswith("CTE "):
        inside = {id(node) for node in plan.walk()}
        scans = [
            n
            for n in root.walk()
            if n.node_type == "CTE Scan" and n.relation == name[4:] and id(n) not in inside
        ]
        total = sum(walls.get(id(n), 0.0) for n in scans)
        if total:
            yield from ((n, walls.get(id(n), 0.0) / total) for n in scans)
            return
    else:
        marks = _marks(name)
        users = [
            n
            for n in parent.walk()
            if any(mark in text for _, text in n.conditions for mark in marks) and not _within(plan, n)
        ]
        if users:
            yield users[-1], 1.0
            return
    yield parent, 1.0


def _marks(name: str) -> tuple[str, ...]:
    """Return how conditions refer to an InitPlan: "$0" before 17, "(InitPlan 1).col1" from then on."""
    title, _, returned = name.partition(" (returns ")
    return tuple(returned.rstrip(")").split(",")) if returned else (f"({title})",)


def _within(plan: PlanNode, node: PlanNode) -> bool:
    return any(one is node for one in plan.walk())


@dataclass(frozen=True, slots=True)
class Misestimate:
    """How far the planner's rows of a node are from those that came."""

    factor: float
    """1 and more: the larger of the two divided by the smaller, none counted below one row."""
    too_few: bool
    """Whether more rows came than were expected."""


def misestimates(root: PlanNode) -> Mapping[int, Misestimate]:
    """Return the misestimate of each node that can have one, by `id(node)`.

    Left out: what never ran, and what something above may have stopped before its last row (LIMIT, EXISTS, the
    inputs of a merge join): its rows say how many were asked for.
    """
    found: dict[int, Misestimate] = {}
    _judge(root, False, found)
    return found


def _judge(node: PlanNode, stopped: bool, found: dict[int, Misestimate]) -> None:
    actual = node.actual
    if actual is not None and actual.loops and not stopped and node.node_type not in _COUNTS_NOTHING:
        came, expected = max(actual.rows, 1.0), max(node.rows, 1.0)
        found[id(node)] = Misestimate(max(came / expected, expected / came), came > expected)
    for child in node.children:
        _judge(child, _may_stop(node, child, stopped), found)


def _may_stop(node: PlanNode, child: PlanNode, stopped: bool) -> bool:
    """Whether a child may have been left before it gave all of its rows."""
    role = child.parent_relationship
    if (child.subplan or "").startswith("CTE "):
        return stopped
    if role in ("SubPlan", "InitPlan"):
        return True
    if node.node_type in ("Limit", "Merge Join"):
        return True
    if node.node_type == "Nested Loop" and role == "Inner" and node.join_type in ("Semi", "Anti"):
        return True
    if node.node_type == "Hash Join" and role == "Outer":
        hashed = next((c for c in node.children if c.parent_relationship == "Inner"), None)
        return stopped or (hashed is not None and hashed.actual is not None and not hashed.actual.rows)
    reads_all = node.node_type in _READS_ALL or (
        node.node_type in ("Aggregate", "SetOp") and node.strategy != "Sorted"
    )
    return stopped and not reads_all
