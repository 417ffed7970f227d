"""A pooler between us and the server: session settings and advisory locks do not hold behind one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import filled, once, standing

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask once, for the first statement that locks anything."""
    if any(lock.target.existed for lock in moment.effects.locks) and once(moment, FACT.name):
        yield standing(moment, FACT.name, "Is there a pooler in between?", (), filled("pooler"))


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail where another process answers than the one that was connected to."""
    if rows and rows[0][0] == session.backend_pid:
        return "pass", "the server's own process answers"
    return "fail", "a pooler answers: give the server's own address"


FACT = Fact("pooler", ask, judge)
