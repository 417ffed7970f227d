"""A nested loop runs its inner side very often."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, duration, percent
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

LOOPS = 10_000
TIME = 0.4
"""Share of the statement's time."""


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Look at loops and time of each inner side."""
    for node in plan.nodes:
        outer, below = node.side("Outer"), node.side("Inner")
        if node.kind != "Nested Loop" or outer is None or below is None or below.loops < LOOPS:
            continue
        # A single loop's time is printed in whole microseconds: what the join took beside its outer side is exact.
        spent = node.milliseconds - outer.milliseconds
        part = share(spent, plan.milliseconds)
        if part >= TIME:
            yield Found(
                node,
                f"its inner side ran {count(below.loops)} times, which took {duration(spent / 1000)}, "
                f"{percent(part)} of the time",
                {
                    "loops": round(below.loops),
                    "milliseconds": round(spent, 3),
                    "share": round(part, 3),
                    "inner": below.title,
                    "planned_outer_rows": round(outer.expected),
                },
            )


RULE = Rule(
    id="nested-loop-storm",
    title="A nested loop runs its inner side very often",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="the inner side of a Nested Loop ran at least 10,000 times and took at least 40 % of the time",
    silent="fewer loops, a smaller share, or a plan made with TIMING OFF",
    why="Each row of the outer side starts the inner side anew. From some thousand rows on a hash or merge join, "
    "which reads the inner side once, is cheaper.",
    source="https://www.postgresql.org/docs/current/planner-optimizer.html",
    hint="If the outer side has more rows than planned, mend the estimate (ANALYZE, CREATE STATISTICS); else see that "
    "the join can be hashed (equality of the same types) and that random_page_cost is not set too low.",
    look=look,
    yields_to=("join-filter", "cartesian-product"),
)
