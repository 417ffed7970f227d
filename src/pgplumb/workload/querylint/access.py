"""Which indexes could serve a column, and whether a query already has a way into a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.workload.querylint.blocks import Block, Source, unwrapped
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.predicates import bound_columns, fixed_columns
from pgplumb.workload.querylint.query import Query

_PARAMETER = re.compile(r"'?§+[0-9]+'?")
_ANYTHING = r"(?:'(?:[^']|'')*'|\w+)"

SELECTIVE = 50
"""So many different values make an equality worth an index, as far as is known."""


def usable(index: Index) -> bool:
    """Whether the planner may use it for any rows: valid, and over all of them."""
    return index.is_valid and index.is_ready and index.is_live and not index.has_predicate


def led_by(relation: Relation, number: int) -> tuple[Index, ...]:
    """Return the full btree and hash indexes whose first key column is the given one."""
    return tuple(
        i
        for i in relation.indexes
        if usable(i) and i.method in ("btree", "hash") and i.key_columns[:1] == (number,)
    )


def any_index_on(relation: Relation, number: int) -> tuple[Index, ...]:
    """Return the valid indexes of any method, partial ones too, that serve a column by itself."""
    return tuple(
        i
        for i in relation.indexes
        if i.is_valid
        and i.is_ready
        and (
            i.key_columns[:1] == (number,)
            if i.method in ("btree", "hash", "spgist")
            else number in i.key_columns
        )
    )


def with_opclass(
    relation: Relation, number: int, context: LintContext, names: Collection[str]
) -> tuple[Index, ...]:
    """Return valid indexes that hold a column with an operator class of one of the names."""
    found = []
    for index in relation.indexes:
        for at, column in enumerate(index.key_columns):
            opclass = (
                context.catalog.opclasses.get(index.opclasses[at]) if at < len(index.opclasses) else None
            )
            if column == number and index.is_valid and opclass is not None and opclass.name in names:
                found.append(index)
    return tuple(found)


def unique_keys(relation: Relation) -> Iterator[tuple[int, ...]]:
    """Yield the column numbers of every key that holds for all rows at all times.

    Deferrable ones are left out, and so is everything of a table with inheritance children.
    """
    deferrable = {c.index for c in relation.constraints if c.kind in "pu" and c.deferrable}
    for index in relation.indexes:
        if index.is_unique and usable(index) and not index.has_expressions and index.oid not in deferrable:
            yield index.key_columns


def never_null(relation: Relation, column: Column) -> bool:
    """Whether a column is NOT NULL, and no row from before the constraint may break it (NOT VALID, 18 and later)."""
    return column.not_null and not any(
        c.kind == "n" and not c.validated and column.number in c.columns for c in relation.constraints
    )


def has_children(context: LintContext, relation: Relation) -> bool:
    """Whether other tables inherit from an ordinary table: its keys do not hold for their rows."""
    return relation.kind == "r" and bool(context.catalog.children.get(relation.oid))


def single_row(query: Query, context: LintContext, block: Block, source: Source) -> bool:
    """Whether equalities pin a source to one row at most."""
    if source.relation is None:
        return False
    if has_children(context, source.relation):
        return False
    fixed = {c.column.number for c in fixed_columns(query, block) if c.source is source}
    return any(set(key) <= fixed for key in unique_keys(source.relation))


def other_way_in(query: Query, context: LintContext, block: Block, source: Source, without: exp.Expr) -> bool:
    """Whether something else already narrows a table down by an index, so that the rest is but a filter."""
    relation = source.relation
    if relation is None:
        return False
    scans = context.scans(relation)
    if scans:
        return all(scan.index_cond is not None or _under_bitmap(scan.conditions) for scan in scans)
    for found, comparison in bound_columns(query, block):
        if (
            found.source is not source
            or comparison.node is without
            or not led_by(relation, found.column.number)
        ):
            continue
        unique = any(key == (found.column.number,) for key in unique_keys(relation))
        distinct = context.distinct(relation, found.column)
        if unique or (distinct is not None and distinct >= SELECTIVE):
            return True
    return False


def _under_bitmap(conditions: tuple[tuple[str, str], ...]) -> bool:
    return any(name == "Recheck Cond" for name, _ in conditions)


def expression_indexed(relation: Relation, node: exp.Expr) -> bool | Unread:
    """Whether an index of a relation holds this very expression, or why that is not known.

    Of `date_trunc($1, at)` it is not known where an index holds `date_trunc('day', at)`.
    """
    wanted = canonical(node)
    parts = _PARAMETER.split(wanted)
    pattern = re.compile(_ANYTHING.join(map(re.escape, parts))) if len(parts) > 1 else None
    hidden = False
    for index in relation.indexes:
        if not index.has_expressions or not index.is_valid:
            continue
        if isinstance(index.expressions, Unread):
            return index.expressions
        held = index_expressions(index.expressions or "")
        if wanted in held:
            return True
        hidden = hidden or (pattern is not None and any(pattern.fullmatch(one) for one in held))
    return Unread("a parameter stands where the index has a constant") if hidden else False


def index_expressions(text: str) -> frozenset[str]:
    """Return the expressions of an index in their canonical spelling; empty where they cannot be read."""
    try:
        select = sqlglot.parse_one(f"SELECT {text}", read="postgres")
    except (SqlglotError, RecursionError):
        return frozenset()
    return (
        frozenset(canonical(e) for e in select.expressions) if isinstance(select, exp.Select) else frozenset()
    )


def canonical(node: exp.Expr) -> str:
    """Return an expression spelled so that the server's print and a user's text compare equal.

    Qualifiers, parentheses, case and casts of columns and literals to text go.
    """

    def plain(part: exp.Expr) -> exp.Expr:
        if isinstance(part, exp.Paren):
            return unwrapped(part)
        if isinstance(part, exp.Cast) and part.to.is_type("text", "varchar"):
            return unwrapped(part.this)
        if isinstance(part, exp.Cast) and isinstance(part.this, exp.Literal):
            return part.this
        if isinstance(part, exp.Identifier):
            return exp.to_identifier(part.name if part.args.get("quoted") else part.name.lower())
        if isinstance(part, exp.Column):
            return exp.column(part.this)
        return part

    copied = node.copy()
    for _ in range(3):
        copied = copied.transform(plain)
    return copied.sql(dialect="postgres", normalize_functions="lower").lower()
