"""How many rows a relation has, as far as anybody counted. Estimates, never a count of the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog import held
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.statistics import TableCounters
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts


def counters(relation: Relation, facts: Facts) -> TableCounters | None:
    """Return a table's counters, or None where none were read."""
    statistics = facts.statistics
    return None if isinstance(statistics, Unread) else statistics.tables.get(relation.oid)


def leaves(relation: Relation, facts: Facts) -> Iterator[Relation]:
    """Yield the tables that hold the rows: the partitions below a partitioned table, or the table itself."""
    return held.leaves(relation, facts.catalog)


def rows(relation: Relation, facts: Facts) -> float | None:
    """Return the estimated rows, partitions summed; None where a part was never analysed nor counted."""
    known = facts.known_rows
    oid = relation.oid
    if oid not in known:
        known[oid] = _own_rows(relation, facts) if relation.kind != "p" else _partitions_rows(relation, facts)
    return known[oid]


def _partitions_rows(relation: Relation, facts: Facts) -> float | None:
    total = 0.0
    for leaf in leaves(relation, facts):
        own = _own_rows(leaf, facts)
        if own is None:
            return None
        total += own
    return total


def _own_rows(relation: Relation, facts: Facts) -> float | None:
    counted = counters(relation, facts)
    if counted is None:
        return relation.tuples if relation.tuples >= 0 else None
    estimate = max(counted.tuples, relation.tuples)
    if estimate < 0 and not counted.live and max(counted.pages, relation.pages) > 0:
        return None
    return max(estimate, float(counted.live))


def pages(relation: Relation, facts: Facts) -> int:
    """Return the estimated pages of the heap, partitions summed."""
    total = 0
    for leaf in leaves(relation, facts):
        counted = counters(leaf, facts)
        total += max(leaf.pages, counted.pages if counted else 0)
    return total
