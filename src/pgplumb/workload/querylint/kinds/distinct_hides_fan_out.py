"""DISTINCT takes back what a join multiplied."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.access import has_children, unique_keys
from pgplumb.workload.querylint.blocks import Block, Source
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.predicates import comparisons, has_aggregate, own_column
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.wording import numbers, sized


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look for joined tables that add rows but nothing to the result."""
    for block in query.blocks:
        distinct = block.arg("distinct")
        if not isinstance(block.node, exp.Select) or distinct is None or distinct.args.get("on") is not None:
            continue
        if len(block.sources) < 2 or any(has_aggregate(e) for e in block.node.expressions):
            continue
        chosen = _chosen(query, block)
        if chosen is None:
            continue
        for source in block.sources:
            relation = source.relation
            if relation is None or id(source) in chosen or has_children(context, relation):
                continue
            fixed = _fixed_by_join(query, block, source)
            if not fixed or any(set(key) <= fixed for key in unique_keys(relation)):
                continue
            names = ", ".join(relation.column_names(tuple(sorted(fixed))))
            yield Found(
                f"{sized(context, relation)} is joined by {names}, which is no key of it, and gives no column to the "
                "result: rows are multiplied and DISTINCT sorts or hashes them away; EXISTS does not multiply them",
                {
                    **numbers(context, relation),
                    "joined_by": tuple(relation.column_names(tuple(sorted(fixed)))),
                },
                (relation.id,),
            )


def _chosen(query: Query, block: Block) -> set[int] | None:
    """Return the sources that the result takes columns from; None where that is not known."""
    found: set[int] = set()
    for item in block.node.expressions:
        if isinstance(item, exp.Star):
            return None
        for column in item.find_all(exp.Column):
            if isinstance(column.this, exp.Star):
                found |= {id(s) for s in block.sources if s.alias == column.table.lower()}
                continue
            resolved = query.resolve(column)
            if resolved is None:
                return None
            found.add(id(resolved.source))
    return found


def _fixed_by_join(query: Query, block: Block, source: Source) -> set[int]:
    """Return the columns of a source that equal something outside it."""
    found = set()
    for comparison in comparisons(query, block):
        for side, others in comparison.sides if comparison.operator == "=" else ():
            column = own_column(query, block, side)
            if column is None or column.source is not source:
                continue
            named = [query.resolve(c) for c in others[0].find_all(exp.Column)]
            if all(n is not None and n.source is not source for n in named):
                found.add(column.column.number)
    return found


KIND = Kind(
    id="distinct-hides-fan-out",
    title="DISTINCT hides a join that multiplies rows",
    severity="info",
    why="A join to many rows repeats the left one, and DISTINCT throws the repetitions away after they were made. "
    "EXISTS or IN asks whether there is one, and stops there.",
    source="https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS",
    look=look,
)
