"""A sub-query in place of a value that runs once for each outer row."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.foundation.text import count
from pgplumb.workload.querylint.access import led_by, single_row
from pgplumb.workload.querylint.blocks import Block
from pgplumb.workload.querylint.context import LARGE_PAGES, LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import bound_columns
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import numbers, sized

MANY_ROWS = 1000
"""Outer rows from which on even an indexed look-up a row is worth a word."""


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at scalar sub-queries that name a column of the query around them."""
    for block in query.blocks:
        outer = block.outer
        if not isinstance(block.node, exp.Select) or outer is None or not _is_value(block.node):
            continue
        if not any((f := query.resolve(c)) is not None and f.block is outer for c in _all_columns(block)):
            continue
        if outer.sources and all(single_row(query, context, outer, s) for s in outer.sources):
            continue
        yield from _judge(query, context, block, outer)


def _judge(query: Query, context: LintContext, block: Block, outer: Block) -> Iterator[Found]:
    inner = next((s for s in block.sources if s.relation is not None), None)
    if inner is None or inner.relation is None:
        return
    if context.plan is not None and not any(n.subplan for n in context.plan.root.walk()):
        return
    relation = inner.relation
    keys = [c for c, _ in bound_columns(query, block) if c.source is inner]
    indexed = any(led_by(relation, c.column.number) for c in keys)
    rows = _outer_rows(context, outer)
    times = "each outer row" if rows is None else f"each of {count(rows)} outer rows"
    evidence = {
        **numbers(context, relation),
        "indexed": indexed,
        "outer_rows": None if rows is None else int(rows),
    }
    if not indexed and context.pages(relation) > 1:
        columns = ", ".join(c.column.name for c in keys) or "what it compares"
        message = f"for {times} a sub-query reads {sized(context, relation)}: no index leads with {columns}"
        large = context.pages(relation) >= LARGE_PAGES or (rows or 0) >= MANY_ROWS
        yield Found(message, evidence, (relation.id,), severity="warning" if large else "info")
    elif rows is not None and rows >= MANY_ROWS:
        message = f"for {times} a sub-query looks into {sized(context, relation)}: a join reads it once"
        yield Found(message, evidence, (relation.id,), severity="info")


def _all_columns(block: Block) -> list[exp.Column]:
    return list(block.node.find_all(exp.Column))


def _is_value(select: exp.Select) -> bool:
    """Whether a SELECT stands where a value does: no FROM item, EXISTS, IN, ANY or CTE."""
    parent = select.parent
    if not isinstance(parent, exp.Subquery):
        return False
    around = parent.parent
    while isinstance(around, exp.Paren):
        around = around.parent
    return not isinstance(
        around,
        exp.From
        | exp.Join
        | exp.Lateral
        | exp.Exists
        | exp.In
        | exp.Any
        | exp.All
        | exp.CTE
        | exp.SetOperation,
    )


def _outer_rows(context: LintContext, outer: Block) -> float | None:
    """Return how many rows the query around gives: a call's rows, else the plan's estimate."""
    if context.statement is not None and context.statement.calls:
        return context.statement.rows_per_call
    return None if context.plan is None else context.plan.root.rows


KIND = Kind(
    id="correlated-subquery",
    title="A sub-query runs once for each row",
    severity="warning",
    why="The planner cannot turn a scalar sub-query that names outer columns into a join: it runs for each row. "
    "EXISTS and IN are turned into joins.",
    source="https://www.postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-SCALAR-SUBQUERIES",
    look=look,
)
