"""The blocks of a statement, each with its FROM list and its conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import exp

from pgplumb.catalog.relation import Relation

BLOCKS = (exp.Select, exp.Update, exp.Delete, exp.Merge)
"""Nodes with a FROM list of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One item of a FROM list: a relation, or something that has no catalog entry."""

    alias: str
    relation: Relation | None
    """None for sub-queries, CTEs, functions and unknown names."""
    node: exp.Expr
    outputs: frozenset[str] | None = None
    """Names of the columns of a sub-query or CTE, where they are known."""
    nullable: bool = False
    """On the side of an outer join that is filled with NULLs."""
    comma: bool = False
    """Joined by a comma."""
    explicit_cross: bool = False
    lateral: bool = False


@dataclass(eq=False)
class Block:
    """A SELECT, UPDATE, DELETE or MERGE with its sources."""

    node: exp.Expr
    outer: Block | None
    """Whose columns it may name."""
    sources: list[Source] = field(default_factory=list)
    columns: list[exp.Column] = field(default_factory=list)
    """Columns named in it, not those of blocks inside it."""
    natural: bool = False

    def arg(self, name: str) -> exp.Expr | None:
        """Return a clause: "where", "group", "having", "order", "limit", "offset", "distinct"."""
        found = self.node.args.get(name)
        return found if isinstance(found, exp.Expr) else None

    @property
    def where(self) -> exp.Expr | None:
        """The condition of WHERE."""
        clause = self.arg("where")
        return clause.this if clause is not None else None

    @cached_property
    def joins(self) -> tuple[exp.Join, ...]:
        """All joins of the FROM list, those in parentheses too."""
        found: list[exp.Join] = []
        waiting: list[exp.Expr] = list(self.node.args.get("joins") or ())
        from_ = self.node.args.get("from_") or self.node.args.get("from")
        if isinstance(from_, exp.Expr):
            waiting.append(from_)
        waiting += [t for t in (self.node.args.get("this"),) if isinstance(t, exp.Table)]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, exp.Join):
                found.append(node)
            waiting += node.args.get("joins") or ()
            inner = node.this
            if isinstance(inner, exp.Table | exp.Subquery | exp.Paren):
                waiting.append(inner)
        return tuple(found)

    @property
    def conditions(self) -> Iterator[tuple[exp.Expr, bool]]:
        """Conditions that every row passes, split at AND, and whether each stands in WHERE.

        The ON of an outer join is left out: it filters no row of the other side.
        """
        if self.where is not None:
            yield from ((part, True) for part in conjuncts(self.where))
        for join in self.joins:
            on = join.args.get("on")
            if isinstance(on, exp.Expr) and not join.side:
                yield from ((part, False) for part in conjuncts(on))
        if isinstance(self.node, exp.Merge) and isinstance(self.node.args.get("on"), exp.Expr):
            yield from ((part, False) for part in conjuncts(self.node.args["on"]))

    @property
    def tests(self) -> Iterator[exp.Expr]:
        """WHERE and every ON, those of outer joins too, whole."""
        if self.where is not None:
            yield self.where
        for join in self.joins:
            if isinstance(join.args.get("on"), exp.Expr):
                yield join.args["on"]


def conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the parts of a condition that all must hold."""
    waiting = [node]
    while waiting:
        part = unwrapped(waiting.pop())
        if isinstance(part, exp.And):
            waiting += [part.expression, part.this]
        else:
            yield part


def unwrapped(node: exp.Expr) -> exp.Expr:
    """Return what stands inside parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node
