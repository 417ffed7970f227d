"""Standbys and how far they are behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import age
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import filled, listed, once, standing

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

LAG = 10.0
"""Seconds of replay lag that should be caught up first."""


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask once, for the first statement that locks or writes a table."""
    if any(lock.target.existed for lock in moment.effects.locks) and once(moment, FACT.name):
        yield standing(moment, FACT.name, "How far behind are the replicas?", (), filled("replicas"))


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail where one lags."""
    if not rows:
        return "pass", "no replica is connected"
    behind = [f"{name} by {age(lag)}" for name, _, lag, _ in rows if lag is not None and lag > LAG]
    if behind:
        return "fail", f"behind: {listed(behind)}"
    if any(state is None for _, state, _, _ in rows):
        return "unknown", f"{len(rows)} connected; their lag needs pg_monitor"
    return "pass", f"{len(rows)} connected, none behind"


FACT = Fact("replicas", ask, judge)
