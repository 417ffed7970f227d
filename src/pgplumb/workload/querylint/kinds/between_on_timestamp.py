"""BETWEEN two dates on a column with a time of day."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.operands import iso_date
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import column_id, named


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for an upper bound that is a bare date."""
    for block in query.blocks:
        for comparison in comparisons(query, block):
            between = comparison.operator == "between" and not comparison.negated
            found = own_column(query, block, comparison.left) if between else None
            base = context.base_type(found.column) if found is not None else None
            if found is None or base is None or base.name not in ("timestamp", "timestamptz"):
                continue
            high = comparison.others[1]
            if isinstance(high, exp.Cast):
                high = high.this
            day = iso_date(high.name) if isinstance(high, exp.Literal) and high.is_string else None
            if day is not None:
                yield Found(
                    f"BETWEEN ends at {day} 00:00 for {named(found)} ({context.type_label(found.column)}): of that day "
                    "only its first instant is in the range",
                    {
                        "column": found.column.name,
                        "type": context.type_label(found.column),
                        "upper_bound": str(day),
                    },
                    (column_id(found),),
                    certainty="suspected",
                )


KIND = Kind(
    id="between-on-timestamp",
    title="BETWEEN leaves out the last day",
    severity="warning",
    why="A date compared with a timestamp means midnight, and BETWEEN includes its bounds. What happens later on the "
    "last day is left out; a half-open range (>= and <) says what is meant.",
    source="https://www.postgresql.org/docs/current/functions-comparison.html",
    look=look,
)
