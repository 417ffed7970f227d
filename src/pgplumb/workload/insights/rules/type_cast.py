"""A cast hides a column from its index."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.names import part
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.hidden_columns import hidden_columns
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look for casts around indexed columns."""
    for hidden in hidden_columns(plan, context, "cast"):
        column, table = part(hidden.column.name), hidden.relation.qualified
        yield Found(
            hidden.node,
            f"{column} is cast to {hidden.by} before it is compared: index {part(hidden.index)} of {table} "
            f"cannot be used",
            hidden.evidence(),
            subject=hidden.subject(context),
        )


RULE = Rule(
    id="type-cast",
    title="A cast hides a column from its index",
    severity=Severity.WARNING,
    needs=Needs.ANY,
    fires="a filter casts a column that leads an index, on a table of at least 1000 rows",
    silent="casts that change nothing (varchar to text), an index on the very expression, a column that the filter "
    "also tests bare, no catalog",
    why="An index on a column holds the column's own type. Compared with a value of another type (an integer with a "
    "numeric parameter, say), every row is cast and tested.",
    source="https://www.postgresql.org/docs/current/indexes-expressional.html",
    hint="Cast the parameter or constant to the column's type instead; a time stamp cast to date becomes a range.",
    look=look,
)
