"""The tests of a block, taken apart: which expression is compared with which, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from pgplumb.workload.querylint.blocks import Block, unwrapped
from pgplumb.workload.querylint.query import Query, Resolved

_OPERATORS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Like: "like",
    exp.ILike: "ilike",
    exp.In: "in",
    exp.Between: "between",
    exp.Is: "is",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison in WHERE or ON."""

    node: exp.Expr
    operator: str
    """=, <>, <, <=, >, >=, like, ilike, in, between, is."""
    left: exp.Expr
    others: tuple[exp.Expr, ...]
    """What it is compared with: several for IN and BETWEEN."""
    top: bool
    """Whether every row of the block must pass it: neither under OR nor NOT, nor in the ON of an outer join."""

    @property
    def searchable(self) -> bool:
        """Whether an index could find the rows: it stands in the condition itself or under AND and OR alone."""
        parent = self.node.parent
        while isinstance(parent, exp.Paren | exp.And | exp.Or):
            parent = parent.parent
        return not self.node.args.get("negate") and isinstance(parent, exp.Where | exp.Join | exp.Merge)

    @property
    def negated(self) -> bool:
        """Whether NOT stands directly around it or within (NOT LIKE): no index finds what differs."""
        if self.node.args.get("negate"):
            return True
        parent = self.node.parent
        while isinstance(parent, exp.Paren):
            parent = parent.parent
        return isinstance(parent, exp.Not)

    @property
    def sides(self) -> Iterator[tuple[exp.Expr, tuple[exp.Expr, ...]]]:
        """Each side with what it is compared with."""
        yield self.left, self.others
        if len(self.others) == 1 and self.operator not in ("like", "ilike", "in", "is"):
            yield self.others[0], (self.left,)


def comparisons(query: Query, block: Block) -> Iterator[Comparison]:
    """Yield the comparisons of a block in the order of its text, not those of blocks inside it."""
    top = {id(part) for part, _ in block.conditions}
    for test in block.tests:
        for node in test.walk(prune=lambda n: query.block_of(n) is not block):
            operator = _OPERATORS.get(type(node))
            if operator is None or query.block_of(node) is not block:
                continue
            yield Comparison(node, operator, unwrapped(node.this), _others(node), id(node) in top)


def _others(node: exp.Expr) -> tuple[exp.Expr, ...]:
    if isinstance(node, exp.In):
        return tuple(unwrapped(e) for e in node.expressions)
    if isinstance(node, exp.Between):
        return (unwrapped(node.args["low"]), unwrapped(node.args["high"]))
    return (unwrapped(node.expression),)


def own_column(query: Query, block: Block, node: exp.Expr) -> Resolved | None:
    """Return the table column of this block that an expression is, bare."""
    found = query.resolve(unwrapped(node))
    return found if found is not None and found.block is block else None


def bound_columns(query: Query, block: Block) -> Iterator[tuple[Resolved, Comparison]]:
    """Yield columns that every row has equal to a constant or to an outer row's value, with the comparison."""
    for comparison in comparisons(query, block):
        if not comparison.top or comparison.operator not in ("=", "in"):
            continue
        for side, others in comparison.sides:
            column = own_column(query, block, side)
            if column is not None and others and all(query.is_constant(o) for o in others):
                yield column, comparison


def fixed_columns(query: Query, block: Block) -> Iterator[Resolved]:
    """Yield columns that have one single value in all rows of a block."""
    for column, comparison in bound_columns(query, block):
        listed = any(isinstance(o, exp.Any) for o in comparison.others) or len(comparison.others) > 1
        if not listed:
            yield column


def has_aggregate(node: exp.Expr) -> bool:
    """Whether an aggregate stands in an expression itself, outside sub-queries and not as a window function."""
    for found in node.walk(prune=lambda n: isinstance(n, exp.Select | exp.SetOperation)):
        if isinstance(found, exp.AggFunc) and not isinstance(found.parent, exp.Window | exp.Filter):
            return True
        if isinstance(found, exp.Filter) and not isinstance(found.parent, exp.Window):
            return True
    return False
