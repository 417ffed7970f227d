"""Indexes that a failed build left behind: they cost writes and take the name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import about, listed, relations_locked

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask about every table that is locked."""
    relations = [r for r in relations_locked(moment) if r.kind in "rpm"]
    yield from about(
        moment, FACT.name, lambda names: f"Has {names} an invalid index?", relations, "invalid_indexes"
    )


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail for any."""
    return ("fail", f"invalid: {listed(name for name, _ in rows)}") if rows else ("pass", "none")


FACT = Fact("invalid-indexes", ask, judge)
