"""column = NULL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import column_id, named


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for comparisons with the constant NULL."""
    for block in query.blocks:
        for comparison in comparisons(query, block):
            if comparison.operator not in ("=", "<>", "<", "<=", ">", ">="):
                continue
            for side, others in comparison.sides:
                found = own_column(query, block, side)
                if found is not None and isinstance(others[0], exp.Null):
                    word = "IS NOT NULL" if comparison.operator == "<>" else "IS NULL"
                    yield Found(
                        f"{named(found)} {comparison.operator} NULL is never true; {word} asks for it",
                        {"column": found.column.name, "operator": comparison.operator},
                        (column_id(found),),
                    )


KIND = Kind(
    id="null-comparison",
    title="A comparison with NULL is never true",
    severity="error",
    why="NULL stands for an unknown value, and whether that equals something is unknown too. IS NULL and IS NOT "
    "DISTINCT FROM treat it as a value.",
    source="https://www.postgresql.org/docs/current/functions-comparison.html",
    look=look,
)
