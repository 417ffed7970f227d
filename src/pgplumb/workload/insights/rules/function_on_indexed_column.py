"""A function hides a column from its index."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.names import part
from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.hidden_columns import hidden_columns
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

KEPT = 0.1
"""Share of the rows that the planner expects the filter to keep: of more, an index would be of little use."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for functions around indexed columns in filters that let little through."""
    for hidden in hidden_columns(plan, context, "function"):
        rows = context.rows(hidden.relation)
        if share(hidden.node.expected, rows) > KEPT:
            continue
        yield Found(
            hidden.node,
            f"{part(hidden.column.name)} is tested through {hidden.by}(): index {part(hidden.index)} of "
            f"{hidden.relation.qualified} ({count(rows)} rows) cannot be used",
            hidden.evidence(),
            subject=hidden.subject(context),
        )


RULE = Rule(
    id="function-on-indexed-column",
    title="A function hides a column from its index",
    severity=Severity.WARNING,
    needs=Needs.ANY,
    fires="a filter that is expected to keep at most 10 % of the rows tests a column that leads an index through a "
    "function, on a table of at least 1000 rows",
    silent="an index on the very expression, a column that the filter also tests bare, no catalog",
    why="An index on a column knows nothing of a function's results. An index on the expression does, and so does a "
    "range of the bare column where the function keeps order (date_trunc, extract(year ...)).",
    source="https://www.postgresql.org/docs/current/indexes-expressional.html",
    hint="Test the bare column (a range of times instead of date(at) = ...), or index the expression: ask the "
    "advisor.",
    look=look,
    advise=True,
    yields_to=("type-cast",),
)
