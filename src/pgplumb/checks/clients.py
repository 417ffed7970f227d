"""Sessions of applications, as the rules of connections speak of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.workload.activity import Activity, SessionInfo

NEEDS_STATS = "sessions of other roles are hidden: needs pg_read_all_stats"
"""Why activity says too little."""

_BACKUP = re.compile(
    r"pg_dump|pg_basebackup|pgbackrest|barman|wal-g|wal_g|pg_probackup|pgmoneta|rman|backup", re.IGNORECASE
)


def is_backup(session: SessionInfo) -> bool:
    """Whether a session is a backup tool's, by the name that it gives itself."""
    return bool(_BACKUP.search(session.application_name))


def working(activity: Activity) -> tuple[SessionInfo, ...]:
    """Return the client sessions whose transactions count: no parallel workers and no backups."""
    return tuple(s for s in activity.clients if s.leader is None and not is_backup(s))


def at_work(facts: Facts, report: Report) -> Iterator[tuple[SessionInfo, Activity]]:
    """Yield the sessions of `working`, each counted as looked at, and say at last where some are hidden."""
    activity = report.known(facts.activity, "sessions")
    if activity is None:
        return
    sessions = working(activity)
    report.checked(max(len(sessions), 1))
    for session in sessions:
        yield session, activity
    if not activity.visible:
        report.unknown(NEEDS_STATS)


def number_of(number: int, singular: str, plural: str) -> str:
    """Return a number with what it counts: "1 session waits", "2 sessions wait"."""
    return f"{number:,} {singular if number == 1 else plural}"


def named(session: SessionInfo) -> str:
    """Return how a finding names a session: pid, role and application."""
    application = f", {session.application_name}" if session.application_name else ""
    return f"session {session.pid} ({session.user or 'unknown role'}{application})"
