"""OR between conditions on different columns, one of them without an index."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.access import any_index_on, other_way_in
from pgplumb.workload.querylint.blocks import conjuncts, unwrapped
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.wording import by_size, column_id, named, sized


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at each OR that every row must pass."""
    for block in query.blocks:
        for part, _ in block.conditions:
            if not isinstance(part, exp.Or):
                continue
            arms = [_columns(query, arm) for arm in _arms(part)]
            if not all(arms) or any(a.block is not block for arm in arms for a in arm):
                continue
            sources = {id(a.source): a.source for arm in arms for a in arm}
            if len(sources) > 1:
                yield from _across_tables(context, arms)
                continue
            if len({a.column.number for arm in arms for a in arm}) < 2:
                continue
            source = next(iter(sources.values()))
            bare = [arm[0] for arm in arms if not any(any_index_on(a.relation, a.column.number) for a in arm)]
            if not bare or len(bare) == len(arms) or other_way_in(query, context, block, source, part):
                continue
            relation = bare[0].relation
            names = ", ".join(sorted({named(a) for a in bare}))
            yield Found(
                f"one arm of the OR has no index ({names}), so that those of the others are of no use and all of "
                f"{sized(context, relation)} is read",
                {"table": relation.qualified, "without_index": tuple(sorted({a.column.name for a in bare}))},
                tuple(column_id(a) for a in bare),
                severity=by_size(context, relation),
                ask="advise",
            )


def _across_tables(context: LintContext, arms: list[list[Resolved]]) -> Iterator[Found]:
    """An OR whose arms test different tables is tested after the join."""
    if any(len({id(a.source) for a in arm}) > 1 for arm in arms):
        return
    tables = sorted({a.relation.qualified for arm in arms for a in arm})
    if len(tables) < 2:
        return
    largest = max((a.relation for arm in arms for a in arm), key=context.pages)
    yield Found(
        f"the arms of the OR test different tables ({', '.join(tables)}): no index serves it, the join is made "
        "first; a UNION of two queries can use an index for each",
        {"tables": tuple(tables)},
        tuple(sorted({a.relation.id for arm in arms for a in arm})),
        severity=by_size(context, largest),
    )


def _arms(node: exp.Expr) -> list[exp.Expr]:
    node = unwrapped(node)
    if isinstance(node, exp.Or):
        return [*_arms(node.this), *_arms(node.expression)]
    return [node]


def _columns(query: Query, arm: exp.Expr) -> list[Resolved]:
    """Return the columns that one arm tests; none where one of them is not known."""
    if arm.find(exp.Select) is not None:
        return []
    found = [query.resolve(c) for part in conjuncts(arm) for c in part.find_all(exp.Column)]
    known = [f for f in found if f is not None]
    return known if len(known) == len(found) else []


KIND = Kind(
    id="or-across-columns",
    title="OR across columns needs an index for each",
    severity="warning",
    why="The server combines indexes for an OR with a bitmap only if each arm has one of its own. Across tables it "
    "cannot, since rows must be joined before the OR is known.",
    source="https://www.postgresql.org/docs/current/indexes-bitmap-scans.html",
    look=look,
)
