"""Replication slots that hold back WAL: what a migration writes stays on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import size
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import filled, listed, once, standing

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

MOST_HELD = 1024.0**3
"""Bytes of WAL that a slot in use may well hold back."""


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask once, for the first statement that writes as much as a table holds."""
    writes = moment.node.kind in ("UpdateStmt", "DeleteStmt", "InsertStmt", "MergeStmt")
    built = any(work.kind in ("rewrite", "index", "rebuild") for work in moment.effects.work)
    if (writes or built) and once(moment, FACT.name):
        yield standing(moment, FACT.name, "Does a replication slot hold back WAL?", (), filled("slots"))


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail for a slot that nobody reads, or one far behind."""
    idle = [name for name, active, _ in rows if not active]
    if idle:
        return "fail", f"nobody reads {listed(idle)}"
    behind = [f"{name} holds {size(held)}" for name, _, held in rows if held is not None and held > MOST_HELD]
    if behind:
        return "fail", listed(behind)
    return "pass", f"{len(rows)} slots, all read" if rows else "no slot"


FACT = Fact("slots", ask, judge)
