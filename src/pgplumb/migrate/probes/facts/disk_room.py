"""The room that new files need. No server tells how much its disk has left, so the answer is a demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import size
from pgplumb.migrate.hazards.world import split_name
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import about

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

SPARE = 2.2
"""New files, the WAL of writing them, and some to spare."""
LITTLE = 64 * 1024.0**2
"""Bytes that any server must have left."""


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask about tables that get new files."""
    relations = []
    for work in moment.effects.work:
        if work.kind in ("rewrite", "index", "rebuild") and work.target.existed:
            for name in moment.world.leaves(work.target):
                record = moment.world.find(split_name(name))[1]
                relations += [record] if record is not None else []
    yield from about(
        moment, FACT.name, lambda names: f"Is there room for new files of {names}?", relations, "room"
    )


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Pass for next to nothing; else say what is needed."""
    needed = float(rows[0][0]) * SPARE if rows else 0.0
    if needed <= LITTLE:
        return "pass", f"at most {size(needed)} is needed"
    return "unknown", f"up to {size(needed)} is needed; how much the disk has left, no server tells"


FACT = Fact("disk-room", ask, judge)
