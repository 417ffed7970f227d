"""VACUUM, CREATE INDEX CONCURRENTLY and VALIDATE on the table now: DDL waits for them, or they for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.catalog.locked import verb
from pgplumb.migrate.hazards.effect import SHARE_UPDATE_EXCLUSIVE
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import about, listed, relations_locked

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask about every table that is locked at all against others of its kind."""
    relations = relations_locked(moment)
    yield from about(
        moment,
        FACT.name,
        lambda names: f"Does a VACUUM or a build work on {names} now?",
        relations,
        "relation_locks",
    )


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail for what does not give way: anything but an autovacuum that is not there to prevent wraparound."""
    found, hidden = [], False
    for _, _, pid, mode, granted, _, backend, _, query in rows:
        if mode != SHARE_UPDATE_EXCLUSIVE or not granted or pid is None:
            continue
        if query is None:
            hidden = True
        elif backend == "autovacuum worker":
            if "to prevent wraparound" in query:
                found.append(f"autovacuum to prevent wraparound (pid {pid}): it does not give way")
        else:
            found.append(f"{verb(query) or 'a session'} (pid {pid})")
    if found:
        return "fail", listed(dict.fromkeys(found))
    return (
        ("unknown", "what works on it needs pg_read_all_stats") if hidden else ("pass", "nothing works on it")
    )


FACT = Fact("maintenance", ask, judge)
