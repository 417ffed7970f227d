"""The planner counted on other numbers of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import SCANS, stops_early
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

FACTOR = 10
FACTOR_SEVERE = 100
ROWS = 100
"""Over all loops, expected or seen: below, a wrong number does no harm."""

_NOT_COUNTED = frozenset(
    # Bitmaps and changes report no rows of their own; what Limit returns is no estimate.
    ("BitmapAnd", "BitmapOr", "ModifyTable", "Limit", "LockRows", "Recursive Union", "WorkTable Scan")
)
_AND = re.compile(r"\bAND\b")


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Report the lowest nodes that deviate: those above inherit the error."""
    guessed = _guessed(plan)
    deviating = [n for n in plan.nodes if _deviates(n) and n not in guessed and not stops_early(n, plan)]
    inheriting = {id(parent) for node in [*deviating, *guessed] for parent in node.above()}
    for node in deviating:
        if id(node) not in inheriting:
            yield _found(node)


def _guessed(plan: Explained) -> list[Node]:
    """Return the readers of recursive CTEs: the planner guesses how often they recur, and no statistics help."""
    recursive = {n.text("Subplan Name") for n in plan.nodes if n.kind == "Recursive Union"}
    return [n for n in plan.nodes if n.kind == "CTE Scan" and f"CTE {n.text('CTE Name')}" in recursive]


def _deviates(node: Node) -> bool:
    if node.loops <= 0 or node.kind in _NOT_COUNTED or "Plan Rows" not in node.raw:
        return False
    if any(parent.kind == "Recursive Union" for parent in node.above()):
        return False
    seen = max(node.number("Actual Rows"), node.number("Plan Rows")) * node.loops
    return seen >= ROWS and _factor(node) >= FACTOR


def _factor(node: Node) -> float:
    low, high = sorted((max(node.number("Plan Rows"), 1.0), max(node.number("Actual Rows"), 1.0)))
    return high / low


def _found(node: Node) -> Found:
    planned, actual, factor = node.number("Plan Rows"), node.number("Actual Rows"), _factor(node)
    direction = "more" if actual > planned else "fewer"
    each = f" in each of {count(node.loops)} loops" if node.loops > 1 else ""
    tested = " AND ".join(filter(None, (node.condition, node.filter)))
    together = len(_AND.findall(tested)) > 0
    return Found(
        node,
        f"expected {count(planned)} rows{each}, got {count(actual)}: {count(factor)} times {direction}",
        {
            "planned_rows": planned,
            "actual_rows": actual,
            "loops": round(node.loops),
            "factor": round(factor, 1),
            "condition": tested or None,
        },
        Severity.ERROR if factor >= FACTOR_SEVERE else None,
        _hint(node, together),
    )


def _hint(node: Node, together: bool) -> str | None:
    if "SubPlan " in node.filter:
        return "A sub-query in a condition is taken to keep half of the rows: write it as a join or as (NOT) EXISTS."
    if node.kind == "Function Scan":
        return "Declare how many rows the function returns: ALTER FUNCTION ... ROWS n."
    if node.kind not in SCANS:
        return "Statistics on the joined or grouped columns may help: CREATE STATISTICS, then ANALYZE."
    if together:
        return (
            "ANALYZE the table; if the number stays wrong, its columns depend on each other: CREATE STATISTICS "
            "(dependencies, mcv) on the columns of the condition, then ANALYZE."
        )
    return None


RULE = Rule(
    id="row-misestimate",
    title="The planner counted on other numbers of rows",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="rows expected and seen differ by a factor of 10 (100: error) in a node, and in none below it",
    silent="fewer than 100 rows either way; nodes that something above left early (LIMIT, EXISTS, merge join); "
    "recursive queries",
    why="The planner chooses join order and join methods by expected rows. Where it is wrong by orders of magnitude, "
    "so may be the plan above.",
    source="https://www.postgresql.org/docs/current/planner-stats.html",
    hint="ANALYZE the table; if the number stays wrong, raise the columns' statistics target.",
    look=look,
    yields_to=("stale-statistics", "type-cast", "function-on-indexed-column"),
)
