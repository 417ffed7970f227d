"""Two sides are joined without a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.conditions import compared_with
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

PAIRS = 1000
"""Rows that the product is expected to have, or had."""

_CONDITIONS = ("Index Cond", "Recheck Cond", "Filter", "TID Cond")
_JOINS = frozenset(("Inner", "Left", "Right", "Full"))


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Look for nested loops whose sides know nothing of each other."""
    for node in plan.nodes:
        outer, inner = node.side("Outer"), node.side("Inner")
        if node.kind != "Nested Loop" or node.text("Join Filter") or outer is None or inner is None:
            continue
        if node.text("Join Type") not in _JOINS or _refers(inner, outer) or _same_value(outer, inner):
            continue
        rows, each = _rows(outer), _rows(inner)
        if rows > 1 and each > 1 and rows * each >= PAIRS:
            yield Found(
                node,
                f"every one of {count(rows)} rows is joined to every one of {count(each)}: "
                f"{count(rows * each)} rows",
                {"outer_rows": round(rows), "inner_rows": round(each), "pairs": round(rows * each)},
            )


def _rows(node: Node) -> float:
    """Return the rows of one run, as seen or else as expected."""
    return node.number("Actual Rows") if node.loops > 0 else node.number("Plan Rows")


def _refers(inner: Node, outer: Node) -> bool:
    """Whether anything in the inner side speaks of a table of the outer side, or may do so unseen."""
    aliases = {alias for node in outer.walk() if (alias := node.text("Alias"))}
    if not aliases:
        return True
    names = "|".join(re.escape(alias) for alias in sorted(aliases))
    reference = re.compile(rf'(?<![\w".])(?:{names})\.|"(?:{names})"\.')
    for node in inner.walk():
        # The arguments of a function are printed with VERBOSE alone.
        if node.kind in ("Function Scan", "Table Function Scan") and "Function Call" not in node.raw:
            return True
        if node.kind in ("Result", "ProjectSet", "Values Scan") and "Output" not in node.raw:
            return True
        if any(reference.search(text) for key in node.raw for text in node.texts(key)):
            return True
    return False


def _same_value(outer: Node, inner: Node) -> bool:
    """Whether both sides ask for the same value: the planner drops a join condition that follows from it."""
    sides = [
        {value for n in side.walk() for key in _CONDITIONS for value in compared_with(n.text(key) or "")}
        for side in (outer, inner)
    ]
    return bool(sides[0] & sides[1])


RULE = Rule(
    id="cartesian-product",
    title="Two sides are joined without a condition",
    severity=Severity.WARNING,
    needs=Needs.ANY,
    fires="a Nested Loop without a condition, both sides of more than one row, together at least 1000 rows",
    silent="inner sides that depend on the outer (index look-ups, LATERAL), sides that both ask for the same value, "
    "small products",
    why="Without a condition every row of one side meets every row of the other. Often a join condition was forgotten, "
    "and DISTINCT or GROUP BY hides it.",
    source="https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN",
    hint="Join the tables by their key, or write CROSS JOIN where it is meant.",
    look=look,
)
