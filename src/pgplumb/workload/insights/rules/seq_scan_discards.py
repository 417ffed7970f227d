"""A sequential scan throws most of its rows away."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, percent
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import pages, share
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

DISCARDED = 0.9
"""Share of the rows read that the filter must remove."""
PAGES = 1000
"""Below this a whole read is cheap."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Compare what each scan read with what its filter let through."""
    for node in plan.nodes:
        removed = node.removed("Rows Removed by Filter")
        read = removed + node.returned
        if node.kind != "Seq Scan" or not node.filter or removed <= 0 or share(removed, read) < DISCARDED:
            continue
        size = pages(node, context)
        if size < PAGES:
            continue
        yield Found(
            node,
            f"it read {count(read)} rows on {count(size)} pages and threw {percent(share(removed, read))} away",
            {
                "rows_read": round(read),
                "rows_removed": round(removed),
                "rows_returned": round(node.returned),
                "pages": round(size),
                "filter": node.filter,
            },
        )


RULE = Rule(
    id="seq-scan-discards",
    title="A sequential scan throws most of its rows away",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a Seq Scan whose filter removed at least 90 % of the rows read, on a table of at least 1000 pages",
    silent="a small table, a filter that keeps more, a size that neither catalog nor buffers tell",
    why="Every page of the table is read for a few rows. An index on what the filter tests would read those rows "
    "alone.",
    source="https://www.postgresql.org/docs/current/indexes-intro.html",
    hint="An index on the filtered columns would find the rows: ask the advisor.",
    look=look,
    advise=True,
    yields_to=("type-cast", "function-on-indexed-column"),
)
