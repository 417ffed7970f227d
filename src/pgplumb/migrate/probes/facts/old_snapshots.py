"""Old transactions anywhere in the database: CONCURRENTLY waits for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import age
from pgplumb.migrate.hazards.rewording import is_concurrent
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import filled, listed, once, standing

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask once, for the first statement that is CONCURRENTLY."""
    if is_concurrent(moment.node) and once(moment, FACT.name):
        question = "Is a transaction open that CONCURRENTLY would wait for?"
        yield standing(moment, FACT.name, question, (), filled("old_snapshots"))


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail for any that is older than a minute."""
    known = [f"pid {pid} for {age(seconds)}" for pid, seconds in rows if seconds is not None]
    if known:
        return "fail", f"open: {listed(known)}"
    return (
        ("unknown", "how old sessions are needs pg_read_all_stats")
        if rows
        else ("pass", "none over a minute")
    )


FACT = Fact("old-snapshots", ask, judge)
