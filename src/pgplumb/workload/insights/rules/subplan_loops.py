"""A sub-query runs once for each row."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, duration
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

LOOPS = 100


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Count the runs of each subplan; a hashed one runs once."""
    for node in plan.nodes:
        if node.text("Parent Relationship") == "SubPlan" and node.loops >= LOOPS:
            name = node.text("Subplan Name") or "the sub-query"
            yield Found(
                node,
                f"{name} ran {count(node.loops)} times"
                + (f" and took {duration(node.milliseconds / 1000)}" if node.milliseconds else ""),
                {"loops": round(node.loops), "milliseconds": round(node.milliseconds, 3), "subplan": name},
            )


RULE = Rule(
    id="subplan-loops",
    title="A sub-query runs once for each row",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a SubPlan ran at least 100 times",
    silent="hashed subplans, sub-queries that run once (InitPlan), fewer rows",
    why="A correlated sub-query is a nested loop that the planner may not turn round. As a join it can be hashed or "
    "merged.",
    source="https://www.postgresql.org/docs/current/functions-subquery.html",
    hint="Write it as a join, a LATERAL join over a few rows, or an aggregate in FROM; NOT IN as NOT EXISTS.",
    look=look,
)
