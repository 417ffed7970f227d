"""A hash table did not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, size
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, number
from pgplumb.workload.insights.rule import Found, Needs, Rule


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for hash tables in more than one batch."""
    for node in plan.nodes:
        if node.kind != "Hash":
            continue
        batches = max(number(part, "Hash Batches") or 0.0 for part in (node.raw, *node.workers))
        if batches <= 1:
            continue
        original = node.number("Original Hash Batches")
        grew = 0 < original < batches
        more = f", {count(original)} were planned" if grew else ""
        yield Found(
            node,
            f"the hash table was cut into {count(batches)} batches{more}: all but the first went through "
            f"temporary files; work_mem is {size(context.work_mem())}",
            {
                "batches": round(batches),
                "planned_batches": round(original) if original else None,
                "peak_memory_kilobytes": round(node.number("Peak Memory Usage")),
                "work_mem_kilobytes": context.work_mem() // 1024,
                "underestimated": grew,
            },
        )


RULE = Rule(
    id="hash-spill",
    title="A hash table did not fit into memory",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a Hash node with more than one batch",
    silent="hash tables in memory, and plans not analysed",
    why="A hash join cuts a table that exceeds work_mem times hash_mem_multiplier into batches and writes both sides "
    "of all but the first to disk. More batches than planned mean that the estimate was too low.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-HASH-MEM-MULTIPLIER",
    hint="Raise work_mem or hash_mem_multiplier for this statement, or hash fewer rows and columns.",
    look=look,
)
