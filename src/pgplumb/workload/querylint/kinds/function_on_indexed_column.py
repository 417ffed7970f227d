"""A function, cast or sum around an indexed column."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import shorten
from pgplumb.workload.querylint.access import expression_indexed, led_by, other_way_in, single_row
from pgplumb.workload.querylint.blocks import Block, unwrapped
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind, Rewrite
from pgplumb.workload.querylint.predicates import Comparison, comparisons
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.rewrites import date_range, moved_arithmetic, unit_range
from pgplumb.workload.querylint.splice import Places
from pgplumb.workload.querylint.wording import by_size, column_id, named, numbers, sized

_OPERATORS = ("=", "<", "<=", ">", ">=", "in", "between", "like", "ilike")
_JSON = (exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar)
_TEXTS = ("text", "varchar")


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for comparisons whose one side is an expression of one indexed column."""
    for block in query.blocks:
        for comparison in comparisons(query, block):
            if comparison.operator not in _OPERATORS or not comparison.searchable:
                continue
            for side, _ in comparison.sides:
                found = _hidden(query, block, side)
                if found is not None:
                    yield from _judge(query, context, block, comparison, side, found)


def _hidden(query: Query, block: Block, side: exp.Expr) -> Resolved | None:
    """Return the one column of this block that an expression computes with."""
    if isinstance(side, exp.Column | exp.Tuple | exp.Subquery | exp.Any | exp.Bracket | exp.Case):
        return None
    if side.find(*_JSON, exp.Select, exp.Window, exp.AggFunc) is not None:
        return None
    found = [query.resolve(c) for c in side.find_all(exp.Column)]
    first = found[0] if found else None
    if first is None or first.block is not block:
        return None
    same = all(f is not None and f.source is first.source and f.column is first.column for f in found)
    return first if same else None


def _judge(
    query: Query,
    context: LintContext,
    block: Block,
    comparison: Comparison,
    side: exp.Expr,
    found: Resolved,
) -> Iterator[Found]:
    relation, column = found.relation, found.column
    indexes = led_by(relation, column.number)
    if not indexes or _relabels(context, side, found):
        return
    matched = expression_indexed(relation, side)
    if matched is True or isinstance(matched, Unread):
        return
    if single_row(query, context, block, found.source):
        return
    if other_way_in(query, context, block, found.source, comparison.node):
        return
    index = indexes[0]
    printed = shorten(query.readable.back(side.sql(dialect="postgres")), 60)
    yield Found(
        f"{printed} computes on {named(found)}: index {index.name} cannot be used, "
        f"and no index holds the expression; {sized(context, relation)} is read instead",
        {**numbers(context, relation), "column": column.name, "index": index.name, "expression": printed},
        (column_id(found), relation.index_id(index)),
        rewrite=_rewrite(query, context, side, found),
        severity=by_size(context, relation),
    )


def _relabels(context: LintContext, side: exp.Expr, found: Resolved) -> bool:
    """Whether a cast changes nothing for an index: text and varchar share their operators."""
    inner = unwrapped(side)
    if not isinstance(inner, exp.Cast) or not isinstance(unwrapped(inner.this), exp.Column):
        return False
    base = context.base_type(found.column)
    if base is None:
        return True
    wanted = inner.to.sql(dialect="postgres").lower()
    if base.name in _TEXTS and wanted in _TEXTS:
        return True
    return wanted in (context.type_label(found.column).lower(), base.name)


def _rewrite(query: Query, context: LintContext, side: exp.Expr, found: Resolved) -> Rewrite | None:
    column = side.find(exp.Column)
    places = Places(query)
    span = places.column(column) if column is not None else None
    if span is None:
        return None
    return (
        date_range.rewrite(query, context, found, places, *span)
        or unit_range.rewrite(query, context, found, places, *span)
        or moved_arithmetic.rewrite(query, context, found, places, *span)
    )


KIND = Kind(
    id="function-on-indexed-column",
    title="An expression hides an indexed column",
    severity="warning",
    why="An index on a column finds the column's own values; what a function, a cast or a sum makes of them is "
    "not in it. The condition is then tested row by row, unless an index on the very expression exists.",
    source="https://www.postgresql.org/docs/current/indexes-expressional.html",
    look=look,
)
