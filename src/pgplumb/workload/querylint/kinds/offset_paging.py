"""Pages by OFFSET: what is skipped is read all the same."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.foundation.text import count
from pgplumb.workload.querylint.blocks import Block
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind, Rewrite
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.rewrites import keyset
from pgplumb.workload.querylint.splice import Places
from pgplumb.workload.querylint.wording import numbers

SHALLOW = 100
"""Constant offsets below this are no trouble."""
BLOCKS_A_ROW = 10
"""Blocks read for each row that is returned from which on the skipping shows."""


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at OFFSET of the statement itself."""
    block = query.top
    offset = block.arg("offset") if block is not None else None
    if block is None or offset is None:
        return
    source = next((s for s in block.sources if s.relation is not None), None)
    if source is None or source.relation is None:
        return
    relation = source.relation
    value = offset.expression
    literal = isinstance(value, exp.Literal) and not value.is_string
    if literal and int(float(value.name)) < SHALLOW:
        return
    evidence = numbers(context, relation)
    rewrite = _keyset(query, block, relation.qualified)
    if literal:
        evidence["offset"] = int(float(value.name))
        message = (
            f"OFFSET {value.name} reads {count(float(value.name))} rows of {relation.qualified} to drop them"
        )
        yield Found(message, evidence, (relation.id,), rewrite)
        return
    statement = context.statement
    if statement is None or not statement.calls:
        message = f"OFFSET over {relation.qualified}: how far it goes is not known without figures"
        yield Found(message, evidence, (relation.id,), rewrite, certainty="suspected", severity="info")
        return
    blocks = (statement.shared_hit + statement.shared_read) / statement.calls
    rows = max(statement.rows_per_call, 1.0)
    if blocks / rows < BLOCKS_A_ROW:
        return
    evidence |= {"blocks_per_call": round(blocks, 1), "rows_per_call": round(statement.rows_per_call, 1)}
    message = (
        f"OFFSET over {relation.qualified}: {count(blocks)} blocks are read a call for {count(rows)} rows, "
        f"{count(blocks / rows)} for each"
    )
    yield Found(message, evidence, (relation.id,), rewrite, certainty="suspected")


def _keyset(query: Query, block: Block, table: str) -> Rewrite | None:
    """Return the page by key where the order is by columns in one direction."""
    order = block.arg("order")
    keys = order.expressions if order is not None else []
    places = Places(query)
    names = []
    for key in keys:
        span = places.column(key.this) if isinstance(key.this, exp.Column) else None
        if span is None:
            return None
        names.append(places.text(*span))
    directions = {bool(key.args.get("desc")) for key in keys}
    if len(directions) != 1:
        return None
    return keyset.rewrite(query, tuple(names), directions.pop(), table)


KIND = Kind(
    id="offset-paging",
    title="OFFSET reads what it skips",
    severity="warning",
    why="The rows that OFFSET skips are computed first and dropped then, so that each page costs more than the "
    "one before. A condition on the last row seen starts at once where the page begins.",
    source="https://www.postgresql.org/docs/current/queries-limit.html",
    look=look,
)
