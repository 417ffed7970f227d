"""count(*) over a whole large table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.context import LARGE_PAGES, LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import numbers, sized


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for a count without a condition."""
    for block in query.blocks:
        node = block.node
        relation = block.sources[0].relation if len(block.sources) == 1 else None
        if not isinstance(node, exp.Select) or relation is None or relation.kind not in "rpm":
            continue
        if any(node.args.get(clause) is not None for clause in ("where", "group", "limit")):
            continue
        item = node.expressions[0] if len(node.expressions) == 1 else None
        item = item.this if isinstance(item, exp.Alias) else item
        if isinstance(item, exp.Count) and context.pages(relation) >= LARGE_PAGES:
            yield Found(
                f"every row of {sized(context, relation)} is counted; pg_class.reltuples has an estimate at once",
                numbers(context, relation),
                (relation.id,),
            )


KIND = Kind(
    id="count-whole-table",
    title="All rows of a large table are counted",
    severity="info",
    why="No number of rows is kept anywhere, since transactions see different ones: a count reads the table or a "
    "whole index. The planner's estimate in pg_class is often enough.",
    source="https://wiki.postgresql.org/wiki/Count_estimate",
    look=look,
)
