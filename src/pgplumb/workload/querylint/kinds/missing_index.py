"""A large table is read whole for a condition that no index serves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.text import count
from pgplumb.workload.querylint.access import any_index_on
from pgplumb.workload.querylint.blocks import Block, Source
from pgplumb.workload.querylint.context import LARGE_PAGES, LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.whole_reads import read_whole
from pgplumb.workload.querylint.wording import column_id, numbers, sized

_OPERATORS = ("=", "<", "<=", ">", ">=", "in", "between")
_FEW = 0.5
"""A condition that keeps more of the table than this is better served by reading it all."""
_VERY_FEW = 0.1
"""The same for a join: a hash join that uses more of the table reads it all with good reason."""


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at every large table of every block."""
    for block in query.blocks:
        for source in block.sources:
            relation = source.relation
            if relation is not None and relation.kind in "rpm" and context.pages(relation) >= LARGE_PAGES:
                yield from _judge(query, context, block, source, relation)


def _judge(
    query: Query, context: LintContext, block: Block, source: Source, relation: Relation
) -> Iterator[Found]:
    constant, joined = compared_columns(query, block, source)
    plan = context.plan
    if plan is None:
        tested = [*constant, *joined]
        if tested and not any_indexed(relation, tested):
            message = (
                f"{_none(context, relation, tested)}, so that every row is tested; whether an index would help, "
                "only a plan tells"
            )
            yield _found(context, relation, tested, message, None)
        return
    tuples = context.tuples(relation)
    reading = read_whole(plan.root, {(leaf.schema, leaf.name) for leaf in context.leaves(relation)})
    if reading is None or not tuples:
        return
    if reading.filtered is not None and constant and reading.filtered <= _FEW * tuples:
        tested, kept = constant, reading.filtered
    elif reading.joined is not None and joined and reading.joined <= _VERY_FEW * tuples:
        tested, kept = joined, reading.joined
    else:
        return
    if not any_indexed(relation, tested):
        message = f"{_none(context, relation, tested)}: the plan reads all of it to keep {count(kept)} rows"
        yield _found(context, relation, tested, message, kept)


def _none(context: LintContext, relation: Relation, tested: list[Resolved]) -> str:
    return f"no index of {sized(context, relation)} begins with {', '.join(c.column.name for c in tested)}"


def any_indexed(relation: Relation, tested: list[Resolved]) -> bool:
    """Whether an index serves one of some columns by itself."""
    return any(any_index_on(relation, c.column.number) for c in tested)


def _found(
    context: LintContext, relation: Relation, tested: list[Resolved], message: str, kept: float | None
) -> Found:
    evidence = {**numbers(context, relation), "columns": tuple(c.column.name for c in tested)}
    if kept is not None:
        evidence |= {"plan_node": "Seq Scan", "kept_rows": int(kept)}
    return Found(
        message,
        evidence,
        (relation.id, *map(column_id, tested)),
        certainty="suspected" if kept is None else "proved",
        ask="advise",
    )


def compared_columns(query: Query, block: Block, source: Source) -> tuple[list[Resolved], list[Resolved]]:
    """Return the columns of a source that are compared bare: with constants, and with columns of other sources."""
    constant: dict[int, Resolved] = {}
    joined: dict[int, Resolved] = {}
    for comparison in comparisons(query, block):
        if comparison.operator not in _OPERATORS or comparison.negated:
            continue
        for side, others in comparison.sides:
            column = own_column(query, block, side)
            if (
                column is None
                or column.source is not source
                or any(_of_source(query, o, source) for o in others)
            ):
                continue
            kind = constant if all(query.is_constant(o) for o in others) and others else joined
            kind.setdefault(column.column.number, column)
    for join in block.joins:
        for name in join.args.get("using") or []:
            named = source.relation.column_named(name.name.lower()) if source.relation else None
            if named is not None and source.relation is not None:
                joined.setdefault(named.number, Resolved(source, source.relation, named, block))
    return list(constant.values()), list(joined.values())


def _of_source(query: Query, node: exp.Expr, source: Source) -> bool:
    return any((f := query.resolve(c)) is not None and f.source is source for c in node.find_all(exp.Column))


KIND = Kind(
    id="missing-index",
    title="No index serves the condition",
    severity="warning",
    why="Without an index whose first column is compared, all of the table is read for each call. What that "
    "costs grows with the table, not with the rows that are asked for.",
    source="https://www.postgresql.org/docs/current/indexes-intro.html",
    look=look,
)
