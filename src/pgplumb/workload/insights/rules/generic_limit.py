"""The plan was made for a LIMIT that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pgplumb.foundation.text import count
from pgplumb.sql.lexer import significant
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

FRACTION = 0.1
"""What the planner supposes of an unknown LIMIT: preprocess_limit() of planner.c."""
ROWS = 1000
"""That it comes to, at least: small numbers mislead nobody."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for a LIMIT of exactly a tenth in a statement whose LIMIT is a parameter."""
    if context.query is None or not _limit_is_parameter(context.query):
        return
    for node in plan.nodes:
        if node.kind != "Limit" or not node.children:
            continue
        below, planned = node.children[0].number("Plan Rows"), node.number("Plan Rows")
        if planned >= ROWS and abs(planned - below * FRACTION) <= 1:
            known = context.rows_per_call
            yield Found(
                node,
                f"planned for {count(planned)} rows, a tenth of {count(below)}, because the LIMIT is a parameter"
                + (f"; it returns {count(known)} on average" if known is not None else ""),
                {"planned_rows": round(planned), "rows_below": round(below), "rows_per_call": known},
            )


def _limit_is_parameter(query: str) -> bool:
    found = list(significant(query))
    for word, after in pairwise(found):
        if word.lower in ("limit", "first", "next") and after.kind == "parameter":
            return True
    return False


RULE = Rule(
    id="generic-limit",
    title="The plan was made for a LIMIT that nobody knows",
    severity=Severity.INFO,
    needs=Needs.ESTIMATED,
    fires="LIMIT $n in the text, and a Limit node planned for a tenth of at least 10,000 rows",
    silent="a LIMIT that is a number, small results",
    why="Without a value the planner supposes that a tenth of the rows will be fetched. A real, small LIMIT may be "
    "planned differently: by an index in the wanted order, without a sort.",
    source="https://www.postgresql.org/docs/current/sql-prepare.html",
    hint="Explain it again with the usual number in place of the parameter.",
    look=look,
)
