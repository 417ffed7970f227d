"""doc->>'key' = value: no GIN index serves it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.catalog.unread import Unread
from pgplumb.workload.querylint.access import expression_indexed, other_way_in, single_row
from pgplumb.workload.querylint.blocks import unwrapped
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.wording import by_size, column_id, named, numbers, sized

_ARROWS = (exp.JSONExtractScalar, exp.JSONExtract, exp.JSONBExtractScalar, exp.JSONBExtract)


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for a field of a jsonb column compared with a constant."""
    for block in query.blocks:
        for comparison in comparisons(query, block):
            if comparison.operator not in ("=", "in") or not comparison.searchable:
                continue
            for side, others in comparison.sides:
                if (
                    not isinstance(side, _ARROWS)
                    or not others
                    or not all(query.is_constant(o) for o in others)
                ):
                    continue
                found = query.resolve(_column(side))
                base = context.base_type(found.column) if found is not None else None
                if found is None or base is None or base.name != "jsonb" or found.block is not block:
                    continue
                indexed = expression_indexed(found.relation, side)
                if indexed is True:
                    continue
                if single_row(query, context, block, found.source) or other_way_in(
                    query, context, block, found.source, comparison.node
                ):
                    continue
                yield _found(query, context, found, side, isinstance(indexed, Unread))


def _found(query: Query, context: LintContext, found: Resolved, side: exp.Expr, unsure: bool) -> Found:
    gin = next(
        (i for i in found.relation.indexes if i.method == "gin" and found.column.number in i.key_columns),
        None,
    )
    hidden = any(query.readable.parameter(_key(part)) is not None for part in side.expression.walk())
    which = f"GIN index {gin.name} serves @> and ?, not this" if gin else "no index holds the expression"
    known = "; which key it is the normalised text does not say" if hidden else ""
    return Found(
        f"a field of {named(found)} is compared in every row of {sized(context, found.relation)}: {which}{known}",
        {
            **numbers(context, found.relation),
            "column": found.column.name,
            "index": gin.name if gin else None,
            "key_known": not hidden,
        },
        (column_id(found), *((found.relation.index_id(gin),) if gin else ())),
        certainty="unknown" if unsure else "proved",
        severity="info" if unsure else by_size(context, found.relation),
        ask=None if gin else "advise",
    )


def _column(side: exp.Expr) -> exp.Expr:
    """Return what the first of several arrows starts from."""
    while isinstance(side, _ARROWS):
        side = unwrapped(side.this)
    return side


def _key(node: exp.Expr) -> str:
    value = node.this
    return value if isinstance(value, str) else ""


KIND = Kind(
    id="jsonb-arrow-equality",
    title="A jsonb field is compared without an index",
    severity="warning",
    why="A GIN index on jsonb serves containment (@>) and existence (?), not doc->>'key' = value. That takes an index "
    "on the expression, or the question asked as containment.",
    source="https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING",
    look=look,
)
