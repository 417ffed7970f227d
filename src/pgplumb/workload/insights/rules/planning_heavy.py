"""Planning took longer than running."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count, duration
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained
from pgplumb.workload.insights.rule import Found, Needs, Rule

MILLISECONDS = 20


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Compare the two times."""
    planning, execution = plan.figures.planning_ms, plan.figures.execution_ms
    if planning is None or execution is None or planning <= MILLISECONDS or planning <= execution:
        return
    scans = sum(1 for node in plan.nodes if node.text("Relation Name"))
    yield Found(
        plan.root,
        f"planning took {duration(planning / 1000)}, running {duration(execution / 1000)}; "
        f"the plan reads {count(scans)} relations",
        {"planning_milliseconds": planning, "execution_milliseconds": execution, "relations": scans},
    )


RULE = Rule(
    id="planning-heavy",
    title="Planning took longer than running",
    severity=Severity.INFO,
    needs=Needs.ANALYSED,
    fires="planning took more than 20 ms and longer than the execution",
    silent="quick planning, and plans without the times around them",
    why="Every partition, index and join order is weighed anew at each execution. A prepared statement with a generic "
    "plan is planned once.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-BEST-PRACTICES",
    hint="Prepare the statement, let the planner rule out partitions by their key, drop indexes that nothing uses; "
    "the first statement of a session also pays for reading the catalogs.",
    look=look,
)
