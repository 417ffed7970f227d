"""DISTINCT over rows that hold their key."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.workload.querylint.access import has_children, never_null, unique_keys
from pgplumb.workload.querylint.blocks import Block
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.rewrites import no_distinct
from pgplumb.workload.querylint.wording import numbers


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at SELECT DISTINCT of bare columns from one table."""
    for block in query.blocks:
        distinct = block.arg("distinct")
        if not isinstance(block.node, exp.Select) or distinct is None or distinct.args.get("on") is not None:
            continue
        relation = block.sources[0].relation if len(block.sources) == 1 else None
        if relation is None or not relation.is_table or has_children(context, relation):
            continue
        chosen = _chosen(query, block)
        if chosen is None:
            continue
        for key in unique_keys(relation):
            columns = [relation.column(n) for n in key]
            if set(key) <= chosen and all(c is not None and never_null(relation, c) for c in columns):
                names = ", ".join(relation.column_names(key))
                yield Found(
                    f"DISTINCT does nothing: every row holds the key ({names}) of {relation.qualified}",
                    {**numbers(context, relation), "key": relation.column_names(key)},
                    (relation.id,),
                    no_distinct.rewrite(query),
                )
                break


def _chosen(query: Query, block: Block) -> set[int] | None:
    """Return the numbers of the columns in the result; None where there is anything but bare columns."""
    found: set[int] = set()
    for item in block.node.expressions:
        inner = item.this if isinstance(item, exp.Alias) else item
        if isinstance(inner, exp.Star) or (
            isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
        ):
            relation = block.sources[0].relation
            found |= {c.number for c in relation.columns} if relation else set()
            continue
        resolved = query.resolve(inner)
        if resolved is None:
            return None
        if resolved.block is block:
            found.add(resolved.column.number)
    return found


KIND = Kind(
    id="distinct-without-effect",
    title="DISTINCT over rows that are distinct",
    severity="info",
    why="All rows are sorted or hashed to find repetitions that a key rules out. The planner does not leave the step "
    "out by itself.",
    source="https://www.postgresql.org/docs/current/sql-select.html#SQL-DISTINCT",
    look=look,
)
