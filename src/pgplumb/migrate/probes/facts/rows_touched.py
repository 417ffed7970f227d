"""How many rows an UPDATE, DELETE or MERGE would change, as the planner expects; nothing is executed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import count
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.workload.plan_node import read_node

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

MOST = 10_000
"""Rows that may well change in one statement."""
_KINDS = frozenset({"UpdateStmt", "DeleteStmt", "MergeStmt"})


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask the planner."""
    if moment.node.kind not in _KINDS:
        return
    target, record = moment.world.ranged(moment.node.node("relation"))
    if record is None:
        return
    reshaped = record.oid in moment.situation.shapes
    yield Probe(
        "rows-touched", f"How many rows of {target.id} does it change?", moment.step.index, (target.id,),
        f"EXPLAIN (FORMAT JSON) {moment.step.statement.text.rstrip('; ')}", reads_rows=True,
        cannot="an earlier statement changes the table" if reshaped else moment.situation.doubt(record),
        search_path=moment.world.search_path,
    )  # fmt: skip


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail above what may change at once."""
    found = rows[0][0][0]["Plan"] if rows and isinstance(rows[0][0], list) else None
    if not isinstance(found, dict):
        return "unknown", "the plan could not be read"
    node = read_node(found)
    # A ModifyTable returns no row itself: what stands below it does.
    expected = sum(
        child.rows for child in node.children if child.parent_relationship in ("Outer", "Member", None)
    )
    evidence = f"about {count(int(expected))} rows, as the planner expects"
    return (
        ("fail", f"{evidence}: they stay locked until it commits") if expected > MOST else ("pass", evidence)
    )


FACT = Fact("rows-touched", ask, judge)
