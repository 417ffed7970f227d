"""A CTE is computed whole for a few of its rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import count
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

TIMES = 10
"""Rows removed for each row returned."""
ROWS = 1000
"""Rows removed that matter at all."""

_NOT_INLINED = frozenset(("Recursive Union", "ModifyTable"))


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Compare what each CTE computed with what its reader kept."""
    definitions = {
        n.text("Subplan Name"): n for n in plan.nodes if n.text("Parent Relationship") == "InitPlan"
    }
    for node in plan.nodes:
        removed = node.removed("Rows Removed by Filter")
        if node.kind != "CTE Scan" or removed < ROWS or removed < TIMES * node.returned:
            continue
        definition = definitions.get(f"CTE {node.text('CTE Name')}")
        if definition is not None and not _must_be_computed(definition):
            yield Found(
                node,
                f"{node.text('CTE Name')} gave {count(removed + node.returned)} rows, of which "
                f"{count(node.returned)} were wanted",
                {
                    "rows_removed": round(removed),
                    "rows_returned": round(node.returned),
                    "filter": node.filter,
                    "temp_blocks_written": round(node.number("Temp Written Blocks")),
                },
            )


def _must_be_computed(definition: Node) -> bool:
    return any(node.kind in _NOT_INLINED for node in definition.walk())


RULE = Rule(
    id="cte-fence",
    title="A CTE is computed whole for a few of its rows",
    severity=Severity.WARNING,
    needs=Needs.ANALYSED,
    fires="a CTE Scan whose filter removed at least 1000 rows and 10 for each returned",
    silent="recursive and data-modifying CTEs, which cannot be inlined",
    why="A CTE that is MATERIALIZED, or referenced twice, is computed without the conditions of those who read it. "
    "Inlined, the condition reaches the tables and their indexes.",
    source="https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-CTE-MATERIALIZATION",
    hint="Write WITH ... AS NOT MATERIALIZED, or put the condition into the CTE.",
    look=look,
)
