"""NOT IN over a large sub-query without NULLs: right, but run the slow way."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.not_in import not_ins
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.rewrites import not_exists
from pgplumb.workload.querylint.wording import by_size, numbers, sized

MANY_ROWS = 1000


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at sub-queries over tables with many rows whose column holds no NULL."""
    for found in not_ins(query):
        relation = found.inner.relation
        if found.inner_nullable or (context.tuples(relation) or 0) < MANY_ROWS:
            continue
        plan = context.plan
        if plan is not None and not any(n.subplan for n in plan.root.walk()):
            continue
        rewrite = None
        if found.outer is not None and not found.outer_nullable:
            rewrite = not_exists.rewrite(query, found.outer, found.inner, found.select)
        yield Found(
            f"NOT IN over {sized(context, relation)} is no join: its rows are hashed for each run while they fit "
            "into work_mem, and beyond it searched again for each row",
            numbers(context, relation),
            (relation.id,),
            rewrite,
            severity=by_size(context, relation),
        )


KIND = Kind(
    id="not-in-subquery",
    title="NOT IN is never run as a join",
    severity="info",
    why="Because of its rule for NULLs, PostgreSQL up to 18 runs NOT IN (SELECT ...) as a sub-plan: hashed, or once "
    "a row where the hash would not fit. NOT EXISTS becomes an anti join.",
    source="https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-NOTIN",
    look=look,
)
