"""A count that is only compared with zero."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.access import single_row
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.rewrites import exists
from pgplumb.workload.querylint.wording import numbers

_COMPARED = (exp.GT, exp.GTE, exp.EQ, exp.NEQ, exp.LT, exp.LTE)


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for (SELECT count(*) ...) compared with 0 or 1 so that only "any" or "none" is told."""
    for block in query.blocks:
        select = block.node
        if not isinstance(select, exp.Select) or not isinstance(select.parent, exp.Subquery):
            continue
        test = select.parent.parent
        if not isinstance(test, _COMPARED) or test.this is not select.parent:
            continue
        relation = next((s.relation for s in block.sources if s.relation is not None), None)
        if any(s.relation is None or not s.relation.is_table for s in block.sources):
            continue
        if relation is None or all(single_row(query, context, block, s) for s in block.sources):
            continue
        rewrite = exists.rewrite(query, context, select)
        if rewrite is not None:
            yield Found(
                f"all rows of {relation.qualified} that pass are counted to learn whether there is one",
                numbers(context, relation),
                (relation.id,),
                rewrite,
            )


KIND = Kind(
    id="count-for-existence",
    title="Rows are counted to learn whether there is one",
    severity="info",
    why="count(*) reads every row that passes. EXISTS stops at the first.",
    source="https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS",
    look=look,
)
