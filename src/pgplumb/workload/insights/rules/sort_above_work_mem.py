"""A sort is expected to exceed its memory."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, size
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

TUPLE_HEADER = 24
"""Bytes a row beside its columns: MAXALIGN(SizeofHeapTupleHeader), as relation_byte_size() of costsize.c has it."""

_KEEPS_BOUND = frozenset(("Gather", "Gather Merge", "Merge Append", "Append", "Result", "Subquery Scan"))


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Compute what the planner computes of each sort."""
    for node in plan.nodes:
        if node.kind != "Sort" or not node.children or _bounded(node):
            continue
        rows, width = node.number("Plan Rows"), node.number("Plan Width")
        octets = rows * (-(-width // 8) * 8 + TUPLE_HEADER)
        if octets > context.work_mem():
            yield Found(
                node,
                f"about {count(rows)} rows of {count(width)} bytes take {size(octets)}; work_mem is "
                f"{size(context.work_mem())}: it would go through temporary files",
                {
                    "expected_rows": round(rows),
                    "width": round(width),
                    "expected_kilobytes": round(octets / 1024),
                    "work_mem_kilobytes": context.work_mem() // 1024,
                    "keys": list(node.texts("Sort Key")),
                },
            )


def _bounded(node: Node) -> bool:
    """Whether a LIMIT lets it keep the first rows only."""
    for parent in node.above():
        if parent.kind == "Limit":
            return True
        if parent.kind not in _KEEPS_BOUND:
            return False
    return False


RULE = Rule(
    id="sort-above-work-mem",
    title="A sort is expected to exceed its memory",
    severity=Severity.INFO,
    needs=Needs.ESTIMATED,
    fires="expected rows times their width exceed work_mem in a Sort that no LIMIT bounds",
    silent="sorts below a LIMIT, which keep the first rows only; analysed plans (see sort-spill)",
    why="What exceeds work_mem is written to temporary files and read again. An index in the wanted order needs no "
    "sort at all.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM",
    hint="Raise work_mem for this statement (SET LOCAL work_mem), or let an index give the order: ask the advisor.",
    look=look,
    advise=True,
)
