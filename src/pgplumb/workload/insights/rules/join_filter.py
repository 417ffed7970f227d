"""A join compares many pairs of rows for a few."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

TIMES = 10
"""Pairs removed for each row returned."""
PAIRS = 1000
"""Pairs removed that matter at all."""


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Compare what each join tried with what fitted."""
    for node in plan.nodes:
        removed = node.removed("Rows Removed by Join Filter")
        if removed >= PAIRS and removed >= TIMES * node.returned:
            condition = node.text("Join Filter")
            yield Found(
                node,
                f"{count(removed)} pairs of rows were compared in vain for {count(node.returned)} rows",
                {
                    "pairs_removed": round(removed),
                    "rows_returned": round(node.returned),
                    "join_filter": condition,
                },
            )


RULE = Rule(
    id="join-filter",
    title="A join compares many pairs of rows for a few",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a Join Filter removed at least 1000 pairs and 10 for each row returned",
    silent="few pairs",
    why="A join filter is tested for every pair of rows that the join brings together. An equality of the same types "
    "on both sides can be hashed, merged or found by an index instead.",
    source="https://www.postgresql.org/docs/current/xoper-optimization.html#XOPER-HASHES",
    hint="See that the join has an equality between the tables, with the same type on both sides and not inside OR; "
    "for ranges, an index on the inner side.",
    look=look,
)
