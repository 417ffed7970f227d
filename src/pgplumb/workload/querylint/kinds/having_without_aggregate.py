"""HAVING with a condition on plain columns."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.blocks import conjuncts
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import has_aggregate
from pgplumb.workload.querylint.query import Query


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at the conditions of HAVING that no aggregate is part of."""
    for block in query.blocks:
        having, group = block.arg("having"), block.arg("group")
        if having is None or group is None:
            continue
        sets = any(group.args.get(name) for name in ("grouping_sets", "rollup", "cube"))
        for part in conjuncts(having.this):
            found = [query.resolve(c) for c in query.columns_in(part)]
            if has_aggregate(part) or part.find(exp.Select) or not found or any(f is None for f in found):
                continue
            names = ", ".join(sorted({f.column.name for f in found if f is not None}))
            said = (
                "with grouping sets it is tested after all rows were grouped"
                if sets
                else "the planner moves it to WHERE by itself, so that it costs nothing; WHERE says what happens"
            )
            yield Found(
                f"HAVING tests {names}, which no aggregate computes: {said}",
                {"columns": names, "grouping_sets": sets},
                tuple(sorted({f.relation.id for f in found if f is not None})),
                severity="warning" if sets else None,
            )


KIND = Kind(
    id="having-without-aggregate",
    title="HAVING tests what WHERE could",
    severity="info",
    why="WHERE filters rows before they are grouped, HAVING afterwards. The planner moves such a condition where there "
    "is a plain GROUP BY, and leaves it with grouping sets.",
    source="https://www.postgresql.org/docs/current/tutorial-agg.html",
    look=look,
)
