"""Fewer parallel workers came than were planned."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Compare workers at each Gather that ran."""
    for node in plan.nodes:
        planned, launched = node.number("Workers Planned"), node.number("Workers Launched")
        if node.loops > 0 and "Workers Launched" in node.raw and launched < planned:
            yield Found(
                node,
                f"{count(launched)} of {count(planned)} planned workers could be started",
                {
                    "planned": round(planned),
                    "launched": round(launched),
                    "max_parallel_workers": context.setting("max_parallel_workers"),
                    "max_worker_processes": context.setting("max_worker_processes"),
                },
            )


RULE = Rule(
    id="workers-missing",
    title="Fewer parallel workers came than were planned",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a Gather launched fewer workers than planned",
    silent="all workers came, or the node never ran",
    why="The plan was chosen because it would be shared; with fewer workers it is slower than a plan made for one "
    "process may be. Workers of all sessions come from one pool.",
    source="https://www.postgresql.org/docs/current/when-can-parallel-query-be-used.html",
    hint="Raise max_parallel_workers (and max_worker_processes above it), or lower "
    "max_parallel_workers_per_gather where many such statements run at once.",
    look=look,
)
