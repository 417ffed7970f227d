"""A hashed aggregate did not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, size
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import spilled_kilobytes
from pgplumb.workload.insights.raw import Explained, number
from pgplumb.workload.insights.rule import Found, Needs, Rule


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for aggregates in more than one batch, in every process."""
    for node in plan.nodes:
        if node.kind != "Aggregate":
            continue
        batches = max(number(part, "HashAgg Batches") or 0.0 for part in (node.raw, *node.workers))
        if batches <= 1:
            continue
        kilobytes = spilled_kilobytes(node, "Disk Usage")
        yield Found(
            node,
            f"the groups went through {count(batches)} batches and {size(kilobytes * 1024)} on disk; "
            f"work_mem is {size(context.work_mem())}",
            {
                "batches": round(batches),
                "disk_kilobytes": round(kilobytes),
                "planned_groups": round(node.number("Plan Rows")),
                "groups": round(node.number("Actual Rows")),
                "work_mem_kilobytes": context.work_mem() // 1024,
            },
        )


RULE = Rule(
    id="hashagg-spill",
    title="A hashed aggregate did not fit into memory",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a hashed Aggregate with more than one batch",
    silent="aggregates in memory, and plans not analysed",
    why="Groups beyond work_mem times hash_mem_multiplier are written to temporary files and aggregated later. "
    "Rows in the order of the groups need no hash table.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-HASH-MEM-MULTIPLIER",
    hint="Raise work_mem or hash_mem_multiplier for this statement, or group fewer rows.",
    look=look,
)
