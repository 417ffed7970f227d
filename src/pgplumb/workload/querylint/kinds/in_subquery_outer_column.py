"""IN (SELECT column ...) whose column belongs to the query outside."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import column_id, named


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for an unqualified column in the list that no table of the sub-query has."""
    for node in query.tree.find_all(exp.In):
        subquery = node.args.get("query")
        select = subquery.this if isinstance(subquery, exp.Subquery) else None
        if not isinstance(select, exp.Select) or len(select.expressions) != 1:
            continue
        item = select.expressions[0]
        found = query.resolve(item)
        block = query.block_of(select)
        if not isinstance(item, exp.Column) or item.table or found is None or block is None:
            continue
        if found.block is block or not block.sources:
            continue
        inner = next((s.relation for s in block.sources if s.relation is not None), None)
        if inner is not None:
            yield Found(
                f"{item.name} is no column of {inner.qualified}: it means {named(found)} outside, so that every row "
                "finds itself as soon as the sub-query has a row",
                {"column": item.name, "inner": inner.qualified, "outer": found.relation.qualified},
                (column_id(found), inner.id),
            )


KIND = Kind(
    id="in-subquery-outer-column",
    title="The sub-query returns a column of the outer query",
    severity="error",
    why="A name that the sub-query's tables do not have is looked up in the query around it, without any error. IN is "
    "then true for every row, and a DELETE with it empties the table.",
    source="https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-IN",
    look=look,
)
