"""Prepared transactions that lock the table: no session shows them, and nothing ends them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import age
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import about, listed, relations_locked

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask about every table that is locked."""
    relations = relations_locked(moment)
    yield from about(
        moment,
        FACT.name,
        lambda names: f"Does a prepared transaction hold {names}?",
        relations,
        "prepared_locks",
    )


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail for any."""
    held = {gid: f"{gid} for {age(seconds)}" for gid, seconds, _ in rows}
    return ("fail", f"held by {listed(held.values())}") if held else ("pass", "none")


FACT = Fact("prepared-transactions", ask, judge)
