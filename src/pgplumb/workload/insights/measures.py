"""What rules measure of a node: how large its table is, whether it was let to finish, what share of time it took."""

from __future__ import annotations

from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.raw import Explained, Node

SCANS = frozenset(
    ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Sample Scan", "Tid Scan")
)
INDEX_SCANS = frozenset(("Index Scan", "Index Only Scan", "Bitmap Heap Scan"))

_READS_ALL = frozenset(("Sort", "Hash", "Bitmap Heap Scan", "ModifyTable"))
"""Nodes that ask their child for all of its rows before they give one themselves."""


def blocks(node: Node) -> float:
    """Return the shared blocks that a node and all below it touched, in all loops."""
    return node.number("Shared Hit Blocks") + node.number("Shared Read Blocks")


def pages(node: Node, context: Context) -> float:
    """Return the size of the table that a sequential scan reads, in pages; 0 where nothing tells.

    The catalog's count may be that of an older VACUUM: what the scan touched may say more.
    """
    relation = context.relation(node)
    known = float(context.pages(relation)) if relation else 0.0
    processes = node.gather.number("Workers Launched") + 1 if node.gather is not None else 1.0
    return max(known, blocks(node) / max(node.loops / max(processes, 1.0), 1.0))


def share(part: float, whole: float) -> float:
    """Return a part of a whole, 0 to 1 and more; 0 where the whole is nothing."""
    return part / whole if whole > 0 else 0.0


def stops_early(node: Node, explained: Explained) -> bool:
    """Whether something above may stop asking before the node has given all of its rows.

    Then its actual rows say how many were asked for, not how many there are.
    """
    return _stops_early(node, explained, frozenset())


def _stops_early(node: Node, explained: Explained, seen: frozenset[str]) -> bool:
    child = node
    for parent in node.above():
        role = child.text("Parent Relationship")
        if role in ("SubPlan", "InitPlan"):
            return _subplan_stops(child, parent, explained, seen)
        if _stops(parent, child, role):
            return True
        if parent.kind in _READS_ALL or _reads_all(parent):
            return False
        child = parent
    return False


def _reads_all(parent: Node) -> bool:
    if parent.kind == "Aggregate":
        return parent.text("Strategy") != "Sorted"
    return parent.kind == "SetOp" and parent.text("Strategy") == "Hashed"


def _stops(parent: Node, child: Node, role: str | None) -> bool:
    """Whether a node is one that leaves its child before the end."""
    if parent.kind in ("Limit", "Merge Join") or parent.text("Run Condition"):
        return True
    if parent.kind == "Nested Loop" and role == "Inner":
        return parent.text("Join Type") in ("Semi", "Anti") or parent.raw.get("Inner Unique") is True
    if parent.kind == "Hash Join" and role == "Outer":
        hashed = parent.side("Inner")
        return hashed is not None and hashed.returned == 0
    return False


def _subplan_stops(child: Node, parent: Node, explained: Explained, seen: frozenset[str]) -> bool:
    """EXISTS takes the first row; a hashed subplan all; a CTE as many as those who read it."""
    name = child.text("Subplan Name") or ""
    if name.startswith("CTE "):
        if name in seen:
            return False
        readers = (n for n in explained.nodes if n.kind == "CTE Scan" and n.text("CTE Name") == name[4:])
        return any(_stops_early(reader, explained, seen | {name}) for reader in readers)
    conditions = (text for value in parent.raw for text in parent.texts(value))
    return not any(f"hashed {name}" in text for text in conditions)


def spilled_kilobytes(node: Node, key: str) -> float:
    """Return a node's kilobytes on disk, those of its workers included."""
    own = [node.number(key)]
    for worker in node.workers:
        value = worker.get(key)
        own.append(float(value) if isinstance(value, int | float) and 0 <= value < 1e15 else 0.0)
    return max(own)
