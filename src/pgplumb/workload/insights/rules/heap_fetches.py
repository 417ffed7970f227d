"""An index-only scan reads the table after all."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

SHARE = 0.1
"""Of the rows returned."""
FETCHES = 1000


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Compare fetches with rows. There may be more fetches: dead rows are looked at too."""
    for node in plan.nodes:
        fetches = node.number("Heap Fetches")
        if node.kind == "Index Only Scan" and fetches >= FETCHES and fetches >= SHARE * node.returned:
            yield Found(
                node,
                f"it went to the table {count(fetches)} times for {count(node.returned)} rows",
                {
                    "heap_fetches": round(fetches),
                    "rows": round(node.returned),
                    "index": node.text("Index Name"),
                },
            )


RULE = Rule(
    id="heap-fetches",
    title="An index-only scan reads the table after all",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="an Index Only Scan with at least 1000 heap fetches and one for every ten rows",
    silent="few fetches, as on a table that was vacuumed lately",
    why="Only pages that the visibility map calls all-visible spare the visit to the table. VACUUM sets that mark, "
    "each change of a page takes it away.",
    source="https://www.postgresql.org/docs/current/indexes-index-only-scans.html",
    hint="VACUUM the table, and let autovacuum come more often (autovacuum_vacuum_scale_factor, and "
    "autovacuum_vacuum_insert_scale_factor for tables that only grow).",
    look=look,
)
