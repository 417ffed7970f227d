"""One query planned on its server, in the server's twin, or both, and what stands against trusting the twin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.workload.insights.engine import NOTHING, insights
from pgplumb.workload.plan import Plan, Unplanned, explain
from pgplumb.workload.twin_plan import explain_in_twin

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.twin.gaps import Gaps
    from pgplumb.twin.planning import PlanningDatabase
    from pgplumb.workload.insights.context import Context
    from pgplumb.workload.insights.insight import Insight

Answer = Plan | Unplanned


@dataclass(frozen=True, slots=True)
class Planned:
    """A query with its plans. Where it was not asked, an answer is None."""

    query: str
    target: Answer | None
    twin: Answer | None
    insights: tuple[Insight, ...]
    """Of the target's plan where there is one, else of the twin's."""
    unknown: tuple[str, ...] = ()
    """Why the twin's plan may not be the target's: what it lacks of the relations that the plan reads."""

    @property
    def plan(self) -> Plan | None:
        """The target's plan, else the twin's."""
        return next((a for a in (self.target, self.twin) if isinstance(a, Plan)), None)


def plan_query(
    query: str,
    target: Session | None,
    planning: PlanningDatabase | None,
    context: Context = NOTHING,
    search_path: str | None = None,
) -> Planned:
    """Plan one query wherever a session is given. Nothing is executed. Raises LostConnection."""
    on_target = explain(target, query, search_path=search_path) if target is not None else None
    in_twin = explain_in_twin(planning, query, search_path) if planning is not None else None
    planned = Planned(query, on_target, in_twin, ())
    unknown: tuple[str, ...] = ()
    if planning is not None and isinstance(in_twin, Plan):
        unknown = missing(in_twin, planning.gaps)
    found = insights(planned.plan, context) if planned.plan is not None else ()
    return replace(planned, insights=found, unknown=unknown)


def relations_of(plan: Plan) -> tuple[str, ...]:
    """Return the qualified names of the relations that a plan reads or writes, each once, in its order."""
    names = (dotted(n.schema, n.relation) for n in plan.root.walk() if n.schema and n.relation)
    return tuple(dict.fromkeys(names))


def missing(plan: Plan, gaps: Gaps) -> tuple[str, ...]:
    """Return what a twin lacks of a plan's relations."""
    return tuple(gaps.of(relations_of(plan)))
