"""DISTINCT ON without the order that decides which row stays."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for DISTINCT ON in a SELECT without ORDER BY."""
    for block in query.blocks:
        distinct = block.arg("distinct")
        if not isinstance(block.node, exp.Select) or distinct is None or distinct.args.get("on") is None:
            continue
        keys = distinct.args["on"]
        if block.arg("order") is None:
            tables = [s.relation for s in block.sources if s.relation is not None]
            yield Found(
                "DISTINCT ON keeps one row of each group, and without ORDER BY which one is left to chance",
                {"keys": query.readable.back(keys.sql(dialect="postgres"))},
                tuple(r.id for r in tables),
            )


KIND = Kind(
    id="distinct-on-without-order",
    title="DISTINCT ON keeps an arbitrary row",
    severity="warning",
    why="The first row of each group stays, and only ORDER BY says which is first. Another plan gives another result.",
    source="https://www.postgresql.org/docs/current/sql-select.html#SQL-DISTINCT",
    look=look,
)
