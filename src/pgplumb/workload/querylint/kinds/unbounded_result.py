"""A result without a bound."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.foundation.text import count
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import has_aggregate
from pgplumb.workload.querylint.query import Query

MANY = 1000
"""Rows a call from which on a result is worth a word."""
VERY_MANY = 10_000


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at the rows that a call returns, or at the plan's estimate."""
    tree = query.tree
    if not isinstance(tree, exp.Select | exp.SetOperation) or tree.args.get("limit") is not None:
        return
    if isinstance(tree, exp.Select) and (
        tree.args.get("group") is not None or any(has_aggregate(e) for e in tree.expressions)
    ):
        return
    objects = tuple(r.id for r in query.relations)
    statement, plan = context.statement, context.plan
    if statement is not None and statement.calls:
        rows = statement.rows_per_call
        if rows >= MANY:
            yield Found(
                f"{count(rows)} rows a call over {count(statement.calls)} calls, without LIMIT",
                {"rows_per_call": round(rows, 1), "calls": statement.calls},
                objects,
                severity="warning" if rows >= VERY_MANY else "info",
            )
    elif plan is not None and plan.root.rows >= VERY_MANY:
        yield Found(
            f"the planner expects {count(plan.root.rows)} rows, without LIMIT",
            {"planned_rows": int(plan.root.rows)},
            objects,
            certainty="suspected",
            severity="info",
        )


KIND = Kind(
    id="unbounded-result",
    title="The result has no bound",
    severity="warning",
    why="What is returned grows with the table, and with it the memory of server, network and client. A LIMIT, a "
    "page by key or a cursor keeps it within bounds.",
    source="https://www.postgresql.org/docs/current/queries-limit.html",
    look=look,
)
