"""Costs of plans, and what of them counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pgplumb.rls.cost.cost import Effect
from pgplumb.rls.cost.ends import WORST_FIRST, End
from pgplumb.workload.plan import Plan

if TYPE_CHECKING:
    from pgplumb.rls.cost.find import Met
    from pgplumb.rls.cost.trial import Planned, Query


def costs(plans: Planned) -> dict[int, float]:
    """Return the cost of each plan."""
    return {number: plan.root.total_cost for number, plan in plans.items() if isinstance(plan, Plan)}


def least(known: Mapping[int, float], others: Mapping[int, float]) -> dict[int, float]:
    """Return the lower of two costs where there are two."""
    return {number: min(cost, others.get(number, cost)) for number, cost in known.items()}


def total(queries: Sequence[Query], before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """Return what all calls of all queries cost together."""
    return sum((q.entry.calls or 1) * after.get(q.number, before[q.number]) for q in queries)


def effects(
    queries: Sequence[Query], before: Mapping[int, float], after: Mapping[int, float]
) -> tuple[Effect, ...]:
    """Return what queries cost before and after, those that take most of the time first."""
    found = [
        Effect(q.entry.key, q.entry.query or "", q.role, q.share, before[q.number], after[q.number])
        for q in queries
    ]
    return tuple(sorted(found, key=lambda e: (-e.share, e.key)))


def worst(met: Met, queries: Sequence[Query]) -> End | None:
    """Return the end in the worst place, there the one at the most rows."""
    found = [end for query in queries for end in met.ends[query.number]]
    return min(found, key=lambda end: (WORST_FIRST.index(end.where), -end.rows), default=None)
