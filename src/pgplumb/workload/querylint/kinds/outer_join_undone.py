"""A LEFT JOIN whose NULL rows a condition in WHERE throws away."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import column_id, named

_STRICT = ("=", "<>", "<", "<=", ">", ">=", "in", "between", "like", "ilike")


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for a bare column of the optional side that must compare true."""
    for block in query.blocks:
        where = {id(part) for part, in_where in block.conditions if in_where}
        said: set[int] = set()
        for comparison in comparisons(query, block):
            if id(comparison.node) not in where or comparison.operator not in _STRICT:
                continue
            for side, _ in comparison.sides:
                found = own_column(query, block, side)
                if found is None or not found.source.nullable or id(found.source) in said:
                    continue
                said.add(id(found.source))
                yield Found(
                    f"WHERE compares {named(found)}, which is NULL where the outer join finds nothing: those rows are "
                    "dropped, and the join is an inner one; a condition that belongs to the join stands in ON",
                    {"column": found.column.name, "table": found.relation.qualified},
                    (column_id(found),),
                )


KIND = Kind(
    id="outer-join-undone",
    title="WHERE turns the outer join into an inner one",
    severity="info",
    why="A comparison with NULL is not true, so that rows without a partner never pass. The planner runs an inner "
    "join; whether that was meant, only the author knows.",
    source="https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN",
    look=look,
)
