"""An index finds far more rows than the filter keeps."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import INDEX_SCANS
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

TIMES = 10
"""Rows removed for each row returned."""
ROWS = 1000
"""Rows removed that matter at all."""


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Compare what each index look-up found with what the filter kept of it."""
    for node in plan.nodes:
        if node.kind not in INDEX_SCANS or not node.filter or not node.condition:
            continue
        removed = node.removed("Rows Removed by Filter")
        if removed >= ROWS and removed >= TIMES * node.returned:
            yield Found(
                node,
                f"the index found {count(removed + node.returned)} rows, the filter kept {count(node.returned)}",
                {
                    "rows_removed": round(removed),
                    "rows_returned": round(node.returned),
                    "index_condition": node.condition,
                    "filter": node.filter,
                },
            )


RULE = Rule(
    id="index-scan-filter",
    title="An index finds far more rows than the filter keeps",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="an index or bitmap scan with a condition whose filter removed at least 1000 rows and 10 for each returned",
    silent="few rows removed; a scan of the whole index for its order (see wrong-index-for-order)",
    why="Rows that only the filter rejects are fetched from the table first. An index that holds the filtered "
    "columns too rejects them without reading the table.",
    source="https://www.postgresql.org/docs/current/indexes-multicolumn.html",
    hint="An index on the columns of the condition and of the filter together would find the rows: ask the advisor.",
    look=look,
    advise=True,
    yields_to=("type-cast", "function-on-indexed-column"),
)
