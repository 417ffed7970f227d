"""A bitmap forgot which rows it had found."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, percent, size
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained, Node, number
from pgplumb.workload.insights.rule import Found, Needs, Rule

LOSSY = 0.05
"""Share of the pages."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Compare lossy pages with all pages of each bitmap."""
    for node in plan.nodes:
        lossy = _sum(node, "Lossy Heap Blocks")
        total = lossy + _sum(node, "Exact Heap Blocks")
        if node.kind != "Bitmap Heap Scan" or share(lossy, total) < LOSSY:
            continue
        if _by_brin(node, total - lossy, context):
            continue
        rechecked = node.removed("Rows Removed by Index Recheck")
        yield Found(
            node,
            f"{count(lossy)} of {count(total)} pages ({percent(share(lossy, total))}) had to be searched whole, "
            f"{count(rechecked)} rows in vain; work_mem is {size(context.work_mem())}",
            {
                "lossy_pages": round(lossy),
                "exact_pages": round(total - lossy),
                "rows_removed_by_recheck": round(rechecked),
                "work_mem_kilobytes": context.work_mem() // 1024,
            },
        )


def _sum(node: Node, key: str) -> float:
    """Return a count of all processes: from 18 on each worker has its own."""
    return sum(number(raw, key) or 0.0 for raw in (node.raw, *node.workers))


def _by_brin(node: Node, exact: float, context: Context) -> bool:
    """Whether the bitmap comes from BRIN: all its pages are lossy. Names of indexes tell where they are known."""
    schema, catalog = node.text("Schema"), context.catalog
    for below in node.walk():
        found = catalog.indexes.get((schema, below.text("Index Name") or "")) if catalog and schema else None
        if found is not None and found[1].method == "brin":
            return True
    return exact == 0


RULE = Rule(
    id="lossy-bitmap",
    title="A bitmap forgot which rows it had found",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="at least 5 % of the pages of a Bitmap Heap Scan are lossy",
    silent="BRIN indexes, which only ever tell ranges of pages",
    why="A bitmap that exceeds work_mem keeps pages instead of rows. Every row on such a page is tested again.",
    source="https://www.postgresql.org/docs/current/indexes-bitmap-scans.html",
    hint="Raise work_mem for this statement, or find fewer rows by a more selective index.",
    look=look,
)
