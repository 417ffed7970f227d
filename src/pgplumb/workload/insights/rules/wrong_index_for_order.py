"""An index is walked for its order, and nearly every row is rejected on the way."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.names import part
from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

TIMES = 1000
"""Rows removed for each row that the LIMIT let through."""

_PASSES_ON = frozenset(
    [
        *("Nested Loop", "Subquery Scan", "Result", "LockRows", "ProjectSet", "Gather Merge", "Merge Append"),
        *("Append", "Unique", "Incremental Sort", "Memoize", "WindowAgg", "Custom Scan"),
    ]
)
"""Nodes through which a LIMIT reaches the scan: they ask for rows one by one."""


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Look below each LIMIT for an index scan without a condition."""
    for node in plan.nodes:
        if node.kind not in ("Index Scan", "Index Only Scan") or node.condition or not node.filter:
            continue
        limit = _limit(node)
        removed = node.removed("Rows Removed by Filter")
        if limit is None or removed < TIMES * max(limit.returned, 1.0):
            continue
        index = part(node.text("Index Name") or "?")
        yield Found(
            node,
            f"index {index} was walked for its order: {count(removed)} rows were rejected to find "
            f"{count(limit.returned)}",
            {
                "rows_removed": round(removed),
                "rows_returned": round(limit.returned),
                "index": node.text("Index Name"),
                "filter": node.filter,
            },
        )


def _limit(node: Node) -> Node | None:
    for parent in node.above():
        if parent.kind == "Limit":
            return parent
        if parent.kind not in _PASSES_ON:
            return None
    return None


RULE = Rule(
    id="wrong-index-for-order",
    title="An index is walked for its order, and nearly every row is rejected on the way",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="below a LIMIT, an index scan without a condition whose filter removed 1000 rows for each one returned",
    silent="filters that reject less, scans that are not below a LIMIT",
    why="The planner supposes that wanted rows are spread evenly along the index and hopes to meet enough of them "
    "soon. Where they are rare or lie at the other end, most of the table is read in index order.",
    source="https://www.postgresql.org/docs/current/indexes-ordering.html",
    hint="An index on the filtered columns first and the ORDER BY columns after them: ask the advisor.",
    look=look,
    advise=True,
    yields_to=("type-cast", "function-on-indexed-column"),
)
