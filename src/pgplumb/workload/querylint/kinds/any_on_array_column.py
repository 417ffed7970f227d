"""value = ANY(array column): no GIN index serves it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.access import single_row
from pgplumb.workload.querylint.blocks import unwrapped
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.rewrites import array_contains
from pgplumb.workload.querylint.wording import by_size, column_id, named, numbers, sized


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for a constant that is compared with the elements of an array column."""
    for block in query.blocks:
        for comparison in comparisons(query, block):
            other = comparison.others[0] if comparison.operator == "=" else None
            column = unwrapped(other.this) if isinstance(other, exp.Any) else None
            found = query.resolve(column)
            if found is None or not isinstance(column, exp.Column) or found.block is not block:
                continue
            base = context.base_type(found.column)
            if base is None or base.category != "A" or single_row(query, context, block, found.source):
                continue
            number = found.column.number
            gin = next(
                (
                    i
                    for i in found.relation.indexes
                    if i.method == "gin" and number in i.key_columns and i.is_valid
                ),
                None,
            )
            which = (
                f"GIN index {gin.name} cannot be used" if gin else "no index can serve it, not even a GIN one"
            )
            yield Found(
                f"= ANY({named(found)}) tests every row of {sized(context, found.relation)}: {which}; "
                f"{found.column.name} @> ARRAY[...] asks the same of one",
                {
                    **numbers(context, found.relation),
                    "column": found.column.name,
                    "index": gin.name if gin else None,
                },
                (column_id(found), *((found.relation.index_id(gin),) if gin else ())),
                array_contains.rewrite(query, context, found, column, comparison.top),
                severity=by_size(context, found.relation),
                ask=None if gin else "advise",
            )


KIND = Kind(
    id="any-on-array-column",
    title="= ANY(array column) uses no index",
    severity="warning",
    why="GIN indexes on arrays serve the operators @>, <@, && and =, and nothing else. value = ANY(column) has to "
    "look into every row's array.",
    source="https://www.postgresql.org/docs/current/gin.html#GIN-BUILTIN-OPCLASSES",
    look=look,
)
