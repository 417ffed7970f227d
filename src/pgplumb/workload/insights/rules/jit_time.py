"""Compiling took a good part of the time."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, duration, percent
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

SHARE = 0.1
MILLISECONDS = 50


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Compare the time of JIT with the whole."""
    jit = plan.figures.jit
    if jit is None:
        return
    spent, part = jit.total_ms, share(jit.total_ms, plan.milliseconds)
    if spent >= MILLISECONDS and part >= SHARE:
        yield Found(
            plan.root,
            f"just-in-time compilation of {count(jit.functions)} functions took {duration(spent / 1000)}, "
            f"{percent(part)} of {duration(plan.milliseconds / 1000)}",
            {
                "jit_milliseconds": spent,
                "milliseconds": plan.milliseconds,
                "functions": jit.functions,
                "total_cost": plan.root.number("Total Cost"),
                "jit_above_cost": context.setting("jit_above_cost"),
            },
        )


RULE = Rule(
    id="jit-time",
    title="Compiling took a good part of the time",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="JIT took at least 50 ms and 10 % of the execution time",
    silent="no JIT, little of it, or a plan without the times around it",
    why="Expressions are compiled whenever the estimated cost exceeds jit_above_cost, however short the statement "
    "really is. The compiled code is thrown away after the statement.",
    source="https://www.postgresql.org/docs/current/jit-decision.html",
    hint="Raise jit_above_cost, or switch jit off for this role or statement.",
    look=look,
)
