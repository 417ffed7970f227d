"""A large table would be read whole for a few rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, percent
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

KEPT = 0.05
"""Share of the rows that the filter is expected to keep. With more, reading all pages in order is often best."""
PAGES = 1000


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Compare expected rows with the rows of the table."""
    for node in plan.nodes:
        relation = context.relation(node) if node.kind == "Seq Scan" and node.filter else None
        if relation is None:
            continue
        rows, pages = context.rows(relation), context.pages(relation)
        kept = share(node.expected, rows)
        if rows <= 0 or pages < PAGES or kept > KEPT:
            continue
        yield Found(
            node,
            f"all {count(pages)} pages of {relation.qualified} are read for {count(node.expected)} of "
            f"{count(rows)} rows ({percent(kept)}), as the planner expects",
            {
                "expected_rows": round(node.expected),
                "rows": round(rows),
                "pages": pages,
                "cost": node.number("Total Cost"),
                "filter": node.filter,
            },
            subject=context.root(relation).qualified + node.filter,
        )


RULE = Rule(
    id="seq-scan-selective",
    title="A large table would be read whole for a few rows",
    severity=Severity.WARNING,
    needs=Needs.ESTIMATED,
    fires="a Seq Scan with a filter that is expected to keep at most 5 % of a table of at least 1000 pages",
    silent="small tables, filters that keep more, no catalog, a table never analysed; analysed plans (see "
    "seq-scan-discards)",
    why="The cost of the scan grows with the table, not with the rows wanted. An index on what the filter tests would "
    "read those rows alone.",
    source="https://www.postgresql.org/docs/current/indexes-intro.html",
    hint="An index on the filtered columns would find the rows: ask the advisor.",
    look=look,
    advise=True,
    yields_to=("type-cast", "function-on-indexed-column"),
)
