"""NOT IN over a sub-query that may return a NULL."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import percent
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.not_in import not_ins
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import column_id, named


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at the column that the sub-query returns."""
    for found in not_ins(query):
        if not found.inner_nullable:
            continue
        statistics = context.column_statistics(found.inner.relation, found.inner.column)
        share = statistics.null_fraction if statistics is not None else None
        seen = "" if share is None else f" ({percent(share)} of its rows are NULL)"
        yield Found(
            f"{named(found.inner)} may be NULL{seen}: one NULL among the rows of the sub-query and NOT IN is "
            "true for no row at all",
            {
                "column": found.inner.column.name,
                "null_fraction": share,
                "table": found.inner.relation.qualified,
            },
            (column_id(found.inner),),
            severity="error" if share else None,
        )


KIND = Kind(
    id="not-in-nulls",
    title="NOT IN over a column that may be NULL",
    severity="warning",
    why="x NOT IN (..., NULL) is never true, so that one NULL empties the result without a word. NOT EXISTS asks "
    "what is meant, and can run as an anti join.",
    source="https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-NOTIN",
    look=look,
)
