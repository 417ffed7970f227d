"""A large table is read whole for a condition that no index serves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.text import count
from pgplumb.workload.plan_node import PlanNode
from pgplumb.workload.querylint.access import any_index_on
from pgplumb.workload.querylint.context import LARGE_PAGES, LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons, own_column
from pgplumb.workload.querylint.query import Block, Query, Resolved, Source
from pgplumb.workload.querylint.wording import column_id, numbers, sized

_OPERATORS = ("=", "<", "<=", ">", ">=", "in", "between")
_FEW = 0.5
"""A condition that keeps more of the table than this is better served by reading it all."""


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
    tested = _tested(query, block, source)
    if not tested or any(any_index_on(relation, c.column.number) for c in tested):
        return
    scan = _scan(context, relation)
    if context.plan is not None and scan is None:
        return
    names = ", ".join(c.column.name for c in tested)
    tuples = context.tuples(relation)
    kept = scan.rows / tuples if scan is not None and scan.filter and tuples else None
    if kept is not None and kept > _FEW:
        return
    where = f"no index of {sized(context, relation)} begins with {names}"
    evidence = {**numbers(context, relation), "columns": tuple(c.column.name for c in tested)}
    objects = (relation.id, *map(column_id, tested))
    if scan is None:
        message = f"{where}, so that every row is tested; whether an index would help, only a plan tells"
        yield Found(message, evidence, objects, certainty="suspected", ask="advise")
        return
    evidence["plan_node"] = scan.node_type
    evidence["kept_rows"] = int(scan.rows)
    message = f"{where}: the plan reads all of it to keep {count(scan.rows)} rows"
    yield Found(message, evidence, objects, ask="advise")


def _tested(query: Query, block: Block, source: Source) -> list[Resolved]:
    """Return the columns of a source that conditions compare bare, each once, in the order of the text."""
    found: dict[int, Resolved] = {}
    for comparison in comparisons(query, block):
        if comparison.operator not in _OPERATORS:
            continue
        for side, others in comparison.sides:
            column = own_column(query, block, side)
            if column is None or column.source is not source:
                continue
            if not any(_of_source(query, other, source) for other in others):
                found.setdefault(column.column.number, column)
    for join in block.joins:
        for name in join.args.get("using") or []:
            named = source.relation.column_named(name.name.lower()) if source.relation else None
            if named is not None and source.relation is not None:
                found.setdefault(named.number, Resolved(source, source.relation, named, block))
    return list(found.values())


def _of_source(query: Query, node: exp.Expr, source: Source) -> bool:
    return any((f := query.resolve(c)) is not None and f.source is source for c in node.find_all(exp.Column))


def _scan(context: LintContext, relation: Relation) -> PlanNode | None:
    """Return the node that reads the table whole and filters or joins what it read."""
    return next((n for n in context.scans(relation) if n.node_type == "Seq Scan"), None)


KIND = Kind(
    id="missing-index",
    title="No index serves the condition",
    severity="warning",
    why="Without an index whose first column is compared, all of the table is read for each call. What that "
    "costs grows with the table, not with the rows that are asked for.",
    source="https://www.postgresql.org/docs/current/indexes-intro.html",
    look=look,
)
