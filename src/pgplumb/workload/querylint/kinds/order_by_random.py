"""ORDER BY random()."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import by_size, numbers, sized


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at the order of SELECTs that read a table."""
    for block in query.blocks:
        order = block.arg("order")
        relation = next((s.relation for s in block.sources if s.relation is not None), None)
        if order is None or relation is None:
            continue
        if any(isinstance(key.this, exp.Rand) for key in order.expressions):
            yield Found(
                f"ORDER BY random() reads and sorts all rows that pass, of {sized(context, relation)}; "
                "TABLESAMPLE or a random key reads a few",
                numbers(context, relation),
                (relation.id,),
                severity=by_size(context, relation),
            )


KIND = Kind(
    id="order-by-random",
    title="Rows are sorted at random",
    severity="info",
    why="A random order has no index: every row is read and sorted, also for one row of LIMIT. TABLESAMPLE reads a "
    "part of the pages only.",
    source="https://www.postgresql.org/docs/current/sql-select.html#SQL-FROM",
    look=look,
)
