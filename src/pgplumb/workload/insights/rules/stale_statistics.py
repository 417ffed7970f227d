"""A table has changed much since it was analysed."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.text import count, percent
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity, Value
from pgplumb.workload.insights.measures import share
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

CHANGED = 0.2
"""Share of the rows: autovacuum analyses at 0.1 unless it was told otherwise."""
ROWS = 1000
"""Rows changed, or held by a table that was never analysed, that matter at all."""
PAGES = 10
"""A table never analysed and not smaller than this."""


def look(plan: Explained, context: Context) -> Iterator[Found]:
    """Look once at each table that the plan reads."""
    seen: set[int] = set()
    for node in plan.nodes:
        relation = context.relation(node)
        if relation is not None and relation.oid not in seen:
            seen.add(relation.oid)
            yield from _judged(node, relation, context)


def _judged(node: Node, relation: Relation, context: Context) -> Iterator[Found]:
    counters = context.counters(relation)
    if counters is None or relation.kind not in "rm":
        return
    subject = context.root(relation).qualified
    changed, rows = counters.modified_since_analyze, counters.tuples
    evidence: dict[str, Value] = {
        "table": relation.qualified,
        "modified_since_analyze": changed,
        "rows": round(rows),
        "last_analyze": counters.last_analyze.isoformat() if counters.last_analyze else None,
    }
    large = counters.live >= ROWS or counters.pages >= PAGES or context.pages(relation) >= PAGES
    if large and counters.last_analyze is None and _never_analysed(relation, rows, context):
        message = f"{relation.qualified} was never analysed: the planner guesses what it holds"
        yield Found(node, message, evidence, subject=subject)
    elif rows >= 0 and changed >= ROWS and changed >= CHANGED * rows:
        what = f"{count(changed)} rows of {relation.qualified} changed since its last ANALYZE"
        part = f", {percent(share(changed, rows))} of {count(rows)}" if rows > 0 else ""
        yield Found(node, what + part, evidence, subject=subject)


def _never_analysed(relation: Relation, rows: float, context: Context) -> bool:
    """Whether nothing is known of it: no count of rows, or none of the columns has statistics."""
    return rows < 0 or context.has_column_statistics(relation) is False


RULE = Rule(
    id="stale-statistics",
    title="A table has changed much since it was analysed",
    severity=Severity.WARNING,
    needs=Needs.ANY,
    fires="at least 1000 rows and 20 % of the table changed since ANALYZE, or a table of at least 10 pages or 1000 "
    "rows was never analysed",
    silent="small tables, no counters",
    why="The planner knows a table by a sample that ANALYZE took. After many changes the sample describes another "
    "table.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS",
    hint="ANALYZE the table; if it happens again, lower its autovacuum_analyze_scale_factor.",
    look=look,
)
