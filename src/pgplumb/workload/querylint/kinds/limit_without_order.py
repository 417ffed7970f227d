"""LIMIT without ORDER BY."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.access import single_row
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import has_aggregate
from pgplumb.workload.querylint.query import Query


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at the statement itself: rows of a table, cut off, in no order. A queue with SKIP LOCKED means it."""
    block = query.top
    if block is None or not isinstance(block.node, exp.Select) or block.arg("limit") is None:
        return
    node = block.node
    if block.arg("order") is not None or node.args.get("group") or node.args.get("locks"):
        return
    relations = [s.relation for s in block.sources if s.relation is not None]
    if not relations or len(relations) != len(block.sources):
        return
    if not any(item.find(exp.Column, exp.Star) for item in node.expressions):
        return
    if any(has_aggregate(item) for item in node.expressions):
        return
    if all(single_row(query, context, block, s) for s in block.sources):
        return
    paged = block.arg("offset") is not None
    name = relations[0].qualified
    yield Found(
        f"LIMIT with OFFSET but without ORDER BY: pages of {name} may overlap and miss rows"
        if paged
        else f"which rows of {name} LIMIT keeps is left to chance: there is no ORDER BY",
        {"paged": paged},
        tuple(r.id for r in relations),
        severity="warning" if paged else None,
    )


KIND = Kind(
    id="limit-without-order",
    title="LIMIT keeps arbitrary rows",
    severity="info",
    why="Without ORDER BY rows come as the plan finds them, and another plan finds them otherwise. LIMIT then keeps "
    "other rows.",
    source="https://www.postgresql.org/docs/current/queries-limit.html",
    look=look,
)
