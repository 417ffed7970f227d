"""NOT IN (SELECT column ...): which columns meet, and whether either may be NULL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from pgplumb.workload.querylint.access import never_null
from pgplumb.workload.querylint.blocks import Block, unwrapped
from pgplumb.workload.querylint.query import Query, Resolved


@dataclass(frozen=True, slots=True, eq=False)
class NotIn:
    """One NOT IN over a sub-query that returns one bare column of a table."""

    select: exp.Select
    inner: Resolved
    inner_nullable: bool
    outer: Resolved | None
    """What is looked for, where it is a bare column of the query around."""
    outer_nullable: bool


def not_ins(query: Query) -> Iterator[NotIn]:
    """Yield every NOT IN whose sub-query returns a column of a table that is known."""
    for node in query.tree.find_all(exp.In):
        subquery = node.args.get("query")
        select = subquery.this if isinstance(subquery, exp.Subquery) else None
        if not isinstance(select, exp.Select) or not isinstance(_above(node), exp.Not):
            continue
        block = query.block_of(select)
        item = select.expressions[0] if len(select.expressions) == 1 else None
        inner = query.resolve(item.this if isinstance(item, exp.Alias) else item)
        if block is None or inner is None or inner.block is not block:
            continue
        outer = query.resolve(unwrapped(node.this))
        yield NotIn(
            select,
            inner,
            may_be_null(query, block, inner),
            outer,
            outer is None or may_be_null(query, outer.block, outer),
        )


def may_be_null(query: Query, block: Block, found: Resolved) -> bool:
    """Whether a column may be NULL in the rows of a block: not declared otherwise, nor asked for."""
    if found.relation.kind not in "rp":
        nullable = True
    else:
        nullable = found.source.nullable or not never_null(found.relation, found.column)
    # A condition in ON holds for no row that an outer join filled with NULLs.
    parts = (part for part, in_where in block.conditions if in_where or not found.source.nullable)
    return nullable and not any(_says_not_null(query, part, found) for part in parts)


def _says_not_null(query: Query, part: exp.Expr, found: Resolved) -> bool:
    """Whether a condition is `column IS NOT NULL`."""
    test = unwrapped(part.this) if isinstance(part, exp.Not) else part
    if not isinstance(test, exp.Is) or not isinstance(test.expression, exp.Null):
        return False
    if isinstance(part, exp.Not) == bool(test.args.get("negate")):
        return False
    named = query.resolve(unwrapped(test.this))
    return named is not None and named.source is found.source and named.column is found.column


def _above(node: exp.Expr) -> exp.Expr | None:
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return parent
