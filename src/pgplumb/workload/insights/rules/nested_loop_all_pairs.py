"""A nested loop would compare every row of one side with every row of the other."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

PAIRS = 10_000_000
"""Comparisons that take about a second."""


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Multiply the expected rows of both sides of each nested loop that has a join filter."""
    for node in plan.nodes:
        outer, inner = node.side("Outer"), node.side("Inner")
        condition = node.text("Join Filter")
        if node.kind != "Nested Loop" or outer is None or inner is None or not condition:
            continue
        rows, each = outer.expected, inner.number("Plan Rows")
        if rows * each >= PAIRS:
            yield Found(
                node,
                f"{count(rows)} by {count(each)} rows: {count(rows * each)} pairs would be compared",
                {
                    "outer_rows": round(rows),
                    "inner_rows": round(each),
                    "pairs": round(rows * each),
                    "join_filter": condition,
                },
            )


RULE = Rule(
    id="nested-loop-all-pairs",
    title="A nested loop would compare every row of one side with every row of the other",
    severity=Severity.WARNING,
    needs=Needs.ESTIMATED,
    fires="a Nested Loop with a Join Filter whose sides are expected to make at least 10 million pairs",
    silent="inner sides that an index look-up makes small, fewer pairs; analysed plans (see join-filter)",
    why="A join filter is tested for every pair of rows. An equality of the same types on both sides can be hashed, "
    "merged or found by an index instead.",
    source="https://www.postgresql.org/docs/current/xoper-optimization.html#XOPER-HASHES",
    hint="See that the join has an equality between the tables, with the same type on both sides and not inside OR; "
    "for ranges, an index on the inner side.",
    look=look,
)
