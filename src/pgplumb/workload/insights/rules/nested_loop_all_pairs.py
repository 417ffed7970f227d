"""A nested loop would look at every row of one side for every row of the other."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

PAIRS = 10_000_000
"""Comparisons that take about a second."""


_KEEPS_ROWS = frozenset(("Materialize", "Memoize", "Hash", "CTE Scan"))
"""Nodes that read what is below them once, or seldom."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Multiply the rows of both sides: those compared by a join filter, or read anew in each loop."""
    for node in plan.nodes:
        outer, inner = node.side("Outer"), node.side("Inner")
        if node.kind != "Nested Loop" or outer is None or inner is None:
            continue
        condition = node.text("Join Filter")
        rows, each = (
            outer.expected,
            max(inner.number("Plan Rows") if condition else 0.0, _read_anew(inner, context)),
        )
        if rows * each >= PAIRS:
            yield Found(
                node,
                f"{count(rows)} by {count(each)} rows: {count(rows * each)} pairs would be looked at",
                {
                    "outer_rows": round(rows),
                    "inner_rows": round(each),
                    "pairs": round(rows * each),
                    "join_filter": condition,
                },
            )


def _read_anew(inner: Node, context: Context) -> float:
    """Return the rows of the largest table that is read whole in each loop."""
    most, waiting = 0.0, [inner]
    while waiting:
        node = waiting.pop()
        if node.kind in _KEEPS_ROWS or node.text("Parent Relationship") == "InitPlan":
            continue
        if node.kind == "Seq Scan":
            relation = context.relation(node)
            most = max(most, node.number("Plan Rows"), context.rows(relation) if relation else 0.0)
        waiting += node.children
    return most


RULE = Rule(
    id="nested-loop-all-pairs",
    title="A nested loop would look at every row of one side for every row of the other",
    severity=Severity.WARNING,
    needs=Needs.ESTIMATED,
    fires="a Nested Loop whose sides are expected to make at least 10 million pairs, compared by a Join Filter or "
    "read by a Seq Scan in each loop",
    silent="inner sides that an index look-up makes small, fewer pairs; analysed plans (see join-filter)",
    why="Every row of the inner side is tested for each row of the outer. An equality of the same types on both "
    "sides can be hashed, merged or found by an index instead.",
    source="https://www.postgresql.org/docs/current/xoper-optimization.html#XOPER-HASHES",
    hint="See that the join has an equality between the tables, with the same type on both sides and not inside OR; "
    "for ranges, an index on the inner side.",
    look=look,
)
