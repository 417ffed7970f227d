"""Transactions that use the table now: a lock waits for them, and everybody waits behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.foundation.text import age
from pgplumb.migrate.hazards.effect import SHARE
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import about, listed, relations_locked

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

LONG = 5.0
"""Seconds from which a transaction is longer than a lock should wait."""


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask about tables that are locked against writers or readers."""
    relations = relations_locked(moment, SHARE)
    yield from about(
        moment,
        FACT.name,
        lambda names: f"Does a long transaction use {names} now?",
        relations,
        "relation_locks",
    )


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail for one that is long, autovacuum aside: it gives way."""
    sessions: dict[int, float | None] = {}
    for _, _, pid, _, _, _, backend, seconds, _ in rows:
        if backend != "autovacuum worker" and pid is not None:
            sessions[pid] = seconds
    long = {pid: s for pid, s in sessions.items() if s is not None and s >= LONG}
    if long:
        return "fail", "in use by " + listed(f"pid {pid} for {age(s)}" for pid, s in long.items())
    hidden = [pid for pid, s in sessions.items() if s is None]
    if hidden:
        return (
            "unknown",
            f"in use by {listed(f'pid {pid}' for pid in hidden)}; for how long needs pg_read_all_stats",
        )
    return "pass", f"{len(sessions)} short transactions use it" if sessions else "nobody uses it"


FACT = Fact("long-transactions", ask, judge)
