"""Which of the costliest statements find their rows by an index, as far as that shows without their plans.

pg_stat_statements keeps no constants, so that plans are left out. What is certain without them: a statement whose
tables are small needs no index, one whose condition names the first column of an index can use it, and one that asks
for few rows of a large table by a column that no index serves reads all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.statement_queries import lint_context, queries
from pgplumb.workload.statements import Statement

if TYPE_CHECKING:
    from pgplumb.workload.querylint.blocks import Block, Source
    from pgplumb.workload.querylint.context import LintContext
    from pgplumb.workload.querylint.query import Query

_ANYTHING = re.compile("")


class Way(StrEnum):
    """How a statement comes to its rows."""

    SERVED = "served by an index"
    SMALL = "on small tables"
    WHOLE = "asking for most of a table"
    OPEN = "only a plan tells"
    UNSERVED = "without an index"


@dataclass(frozen=True, slots=True)
class Unserved:
    """A large table that is read whole for a few rows."""

    table: Relation
    columns: tuple[Column, ...]
    """Compared for equality, the most different values first."""
    distinct: float
    """Different values of the first."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement and how it comes to its rows: the worst way of all its tables."""

    statement: Statement
    way: Way
    unserved: tuple[Unserved, ...] = ()


def judged_statements(facts: Facts, calls: float) -> Iterator[Judged]:
    """Yield the statements of at least so many calls that read tables of people's own, most total time first."""
    context = lint_context(facts)
    for statement, query in queries(facts, _ANYTHING):
        if statement.calls < calls:
            continue
        ways: set[Way] = set()
        unserved: list[Unserved] = []
        for block in query.blocks:
            for source in block.sources:
                if source.relation is not None and source.relation.kind in "rpm":
                    way, found = _judge(query, context, block, source, source.relation)
                    ways.add(way)
                    unserved += [found] if found is not None else []
        if ways:
            yield Judged(statement, max(ways, key=list(Way).index), tuple(unserved))


def _judge(
    query: Query, context: LintContext, block: Block, source: Source, table: Relation
) -> tuple[Way, Unserved | None]:
    from pgplumb.workload.querylint.access import SELECTIVE
    from pgplumb.workload.querylint.context import LARGE_PAGES
    from pgplumb.workload.querylint.kinds.missing_index import any_indexed, compared_columns
    from pgplumb.workload.querylint.predicates import bound_columns

    if context.pages(table) < LARGE_PAGES:
        return Way.SMALL, None
    constant, joined = compared_columns(query, block, source)
    if any_indexed(table, [*constant, *joined]):
        return Way.SERVED, None
    equal = {c.column.number: c.column for c, _ in bound_columns(query, block) if c.source is source}
    if not equal:
        # Expressions may have an index of their own, ranges may hold most rows, and joins may need all of them.
        return (Way.OPEN if any(True for _ in block.tests) else Way.WHOLE), None
    known = {number: context.distinct(table, column) for number, column in equal.items()}
    counts = {number: count for number, count in known.items() if count is not None}
    best = max(counts, key=lambda number: counts[number], default=0)
    if not best or counts[best] < SELECTIVE:
        return (Way.OPEN if len(counts) < len(equal) else Way.WHOLE), None
    ordered = sorted(counts, key=lambda number: -counts[number])
    return Way.UNSERVED, Unserved(table, tuple(equal[number] for number in ordered), counts[best])
