"""Two tables in FROM that no condition connects."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.foundation.text import count
from pgplumb.workload.querylint.access import single_row
from pgplumb.workload.querylint.blocks import Block, Source
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import sized


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for groups of sources without a condition between them. CROSS JOIN says that it is meant."""
    for block in query.blocks:
        if block.natural or len(block.sources) < 2 or any(s.explicit_cross for s in block.sources):
            continue
        if isinstance(block.node, exp.Merge) or not _all_known(query, block):
            continue
        groups = [g for g in _groups(query, block) if not _few_rows(query, context, block, g)]
        if len(groups) < 2:
            continue
        one, other = (next(s for s in g if s.relation) for g in groups[:2])
        if one.relation is None or other.relation is None:
            continue
        rows = [context.tuples(s.relation) for s in (one, other) if s.relation]
        product = rows[0] * rows[1] if rows[0] is not None and rows[1] is not None else None
        many = "" if product is None else f": up to {count(product)} pairs of rows"
        yield Found(
            f"no condition connects {sized(context, one.relation)} with {sized(context, other.relation)}{many}",
            {
                "tables": (one.relation.qualified, other.relation.qualified),
                "pairs": None if product is None else int(product),
            },
            (one.relation.id, other.relation.id),
        )


def _all_known(query: Query, block: Block) -> bool:
    """Whether every source is a relation and every column in a condition is known: else nothing is certain."""
    if any(s.relation is None for s in block.sources):
        return False
    columns = [c for test in block.tests for c in test.find_all(exp.Column)]
    return all(query.resolve(c) is not None for c in columns)


def _groups(query: Query, block: Block) -> list[list[Source]]:
    """Return the sources in groups that conditions connect, in the order of FROM."""
    root = {id(s): s for s in block.sources}

    def top(source: Source) -> Source:
        while root[id(source)] is not source:
            source = root[id(source)]
        return source

    def connect(sources: list[Source]) -> None:
        for other in sources[1:]:
            root[id(top(other))] = top(sources[0])

    for part in _conditions(block):
        found = [query.resolve(c) for c in part.find_all(exp.Column)]
        connect([f.source for f in found if f is not None and f.block is block])
    for join in block.joins:
        if join.args.get("using") and join.side in ("", None, "LEFT", "RIGHT", "FULL"):
            at = next((i for i, s in enumerate(block.sources) if s.node is join.this), 0)
            connect([block.sources[at], block.sources[max(at - 1, 0)]])
    by_value: dict[str, list[Source]] = {}
    for comparison in comparisons(query, block):
        for side, others in comparison.sides:
            column = own_column(query, block, side)
            if comparison.operator == "=" and column is not None and query.is_constant(others[0]):
                by_value.setdefault(others[0].sql(), []).append(column.source)
    for sources in by_value.values():
        connect(sources)
    groups: dict[int, list[Source]] = {}
    for source in block.sources:
        groups.setdefault(id(top(source)), []).append(source)
    return list(groups.values())


def _conditions(block: Block) -> Iterator[exp.Expr]:
    yield from (part for part, _ in block.conditions)
    for join in block.joins:
        if join.side and isinstance(join.args.get("on"), exp.Expr):
            yield join.args["on"]


def _few_rows(query: Query, context: LintContext, block: Block, group: list[Source]) -> bool:
    """Whether a group is one row at most: a table of one row, or one pinned down by its key."""
    return all(
        single_row(query, context, block, s)
        or (s.relation is not None and (tuples := context.tuples(s.relation)) is not None and tuples <= 1)
        for s in group
    )


KIND = Kind(
    id="implicit-cross-join",
    title="Tables are joined without a condition",
    severity="error",
    why="Each row of the one is paired with each row of the other. Where that is meant, CROSS JOIN says so.",
    source="https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-FROM",
    look=look,
)
