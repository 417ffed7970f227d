"""SELECT * from a wide table, or past an index that would have been enough."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgplumb.catalog.relation import Index, Relation
from pgplumb.foundation.text import size
from pgplumb.workload.querylint.access import usable
from pgplumb.workload.querylint.blocks import Block, Source
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Found, Kind, Value
from pgplumb.workload.querylint.query import Query

MANY_COLUMNS = 20
WIDE_BYTES = 1024


def look(query: Query, context: LintContext) -> Iterator[Found]:
    """Look at the stars of the statement's own SELECT list: those of EXISTS and sub-queries cost nothing."""
    block = query.top
    if block is None or not isinstance(block.node, exp.Select):
        return
    for source in _starred(block):
        relation = source.relation
        if relation is None:
            continue
        columns = relation.columns
        wide = _wide_column(context, relation)
        index = _would_cover(query, block, source)
        if wide is not None:
            name, width = wide
            reason = (
                f"its column {name} alone is {size(width)} on average, kept out of line and fetched each time"
            )
        elif len(columns) >= MANY_COLUMNS:
            reason = f"it has {len(columns)} columns"
        elif index is not None:
            reason = f"index {index.name} holds every column that the query tests, but not all that * returns"
        else:
            continue
        evidence: dict[str, Value] = {
            "table": relation.qualified,
            "columns": len(columns),
            "average_width": _width(context, relation),
            "index": index.name if index else None,
        }
        objects = (relation.id, *((relation.index_id(index),) if index else ()))
        yield Found(f"SELECT * from {relation.qualified}: {reason}", evidence, objects)


def _starred(block: Block) -> Iterator[Source]:
    for item in block.node.expressions:
        if isinstance(item, exp.Star):
            yield from block.sources
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            yield from (s for s in block.sources if s.alias == item.table.lower())


def _width(context: LintContext, relation: Relation) -> int | None:
    found = [context.column_statistics(relation, c) for c in relation.columns]
    return None if not any(found) else sum(f.average_width for f in found if f is not None)


def _wide_column(context: LintContext, relation: Relation) -> tuple[str, int] | None:
    """Return the widest column where one is above the width at which values are moved out of line."""
    found = [
        (f.average_width, c.name)
        for c in relation.columns
        if (f := context.column_statistics(relation, c)) is not None and f.average_width > WIDE_BYTES
    ]
    return (max(found)[1], max(found)[0]) if found else None


def _would_cover(query: Query, block: Block, source: Source) -> Index | None:
    """Return an index with INCLUDE columns whose columns are all that the query tests of a table."""
    named = {
        f.column.number for c in block.columns if (f := query.resolve(c)) is not None and f.source is source
    }
    if source.relation is None or not named:
        return None
    for index in source.relation.indexes:
        if index.included and usable(index) and index.key_columns[0] in named and named <= set(index.columns):
            return index
    return None


KIND = Kind(
    id="select-star",
    title="SELECT * reads more than is used",
    severity="info",
    why="Every column is fetched, decompressed and sent, wanted or not, and an index-only scan is ruled out. "
    "A column that is added later reaches every program that asked for *.",
    source="https://www.postgresql.org/docs/current/indexes-index-only-scans.html",
    look=look,
)
