"""A sort did not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import size
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node, inner, number
from pgplumb.workload.insights.rule import Found, Needs, Rule

MEMORY_FOR_DISK = 3
"""A sort in memory needs two to three times what it took on disk: rows are stored compactly there."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for sorts on disk, in every process."""
    for node in plan.nodes:
        kilobytes = _on_disk(node) if node.kind in ("Sort", "Incremental Sort") else 0.0
        if kilobytes > 0:
            yield Found(
                node,
                f"it wrote {size(kilobytes * 1024)} to disk; work_mem is {size(context.work_mem())}, in memory it "
                f"would take about {size(kilobytes * 1024 * MEMORY_FOR_DISK)}",
                {
                    "disk_kilobytes": round(kilobytes),
                    "work_mem_kilobytes": context.work_mem() // 1024,
                    "method": node.text("Sort Method"),
                    "keys": list(node.texts("Sort Key")),
                },
            )


def _on_disk(node: Node) -> float:
    """Return the most kilobytes that one process wrote."""
    found = [0.0]
    for part in (node.raw, *node.workers):
        if part.get("Sort Space Type") == "Disk":
            found.append(number(part, "Sort Space Used") or 0.0)
        for group in ("Full-sort Groups", "Pre-sorted Groups"):
            on_disk = inner(inner(part, group), "Sort Space Disk")
            found.append(number(on_disk, "Peak Sort Space Used") or 0.0)
    return max(found)


RULE = Rule(
    id="sort-spill",
    title="A sort did not fit into memory",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a Sort or Incremental Sort used disk, in the leader or in a worker",
    silent="sorts in memory, and plans not analysed (see sort-above-work-mem)",
    why="What exceeds work_mem is written to temporary files and read again. An index in the wanted order needs no "
    "sort at all.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM",
    hint="Raise work_mem for this statement (SET LOCAL work_mem), knowing that each such node of each process may "
    "take it; or let an index give the order: ask the advisor.",
    look=look,
    advise=True,
)
