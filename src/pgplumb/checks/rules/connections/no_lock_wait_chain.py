"""Nobody waits long for a lock."""

from __future__ import annotations

from pgplumb.checks.clients import named, number_of
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id
from pgplumb.foundation.text import age
from pgplumb.workload.activity import Activity, SessionInfo

_SECONDS = 10


def roots(activity: Activity) -> dict[int, list[SessionInfo]]:
    """Return, for each session that waits for nobody, those that wait for it, directly or behind others.

    A prepared transaction is 0. Waiters in a circle, which the server breaks by itself, have no root.
    """
    waiting = {s.pid: s for s in activity.sessions if s.blocked_by}
    found: dict[int, list[SessionInfo]] = {}
    for session in waiting.values():
        seen = {session.pid}
        queue = list(session.blocked_by)
        while queue:
            pid = queue.pop()
            if pid in seen:
                continue
            seen.add(pid)
            if pid in waiting:
                queue += waiting[pid].blocked_by
            else:
                found.setdefault(pid, []).append(session)
    return found


def check(facts: Facts, report: Report) -> None:
    """Find what each waiter waits for in the end; one finding for each root of a queue."""
    activity = report.known(facts.activity, "sessions")
    if activity is None:
        return
    report.checked(max(len(activity.sessions), 1))
    limit = facts.profile.threshold("no-lock-wait-chain", _SECONDS)
    sessions = {s.pid: s for s in activity.sessions}
    for pid, victims in sorted(roots(activity).items()):
        # How long a wait lasts is not in the view: no longer than the statement that waits.
        longest = max((activity.seconds(v.query_start) or 0.0 for v in victims), default=0.0)
        if longest < limit:
            if all(not v.visible for v in victims):
                report.unknown(
                    f"{len(victims)} sessions wait for a lock; for how long needs pg_read_all_stats"
                )
            continue
        root = sessions.get(pid)
        who = named(root) if root else "a prepared transaction" if pid == 0 else f"session {pid}"
        report.fail(
            object_id("role", root.user) if root and root.user else facts.catalog.database.id,
            f"{who} makes {number_of(len(victims), 'session', 'sessions')} wait for a lock, for up to "
            f"{age(longest)}",
            {
                "root": pid,
                "waiting": tuple(str(v.pid) for v in victims),
                "seconds": round(longest),
                "state": root.state if root else None,
            },
        )


RULE = Rule(
    id="no-lock-wait-chain",
    title="Nobody waits long for a lock",
    category=Category.CONNECTIONS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No session waits for a lock in a statement that has run for 10 seconds (threshold "
    "no-lock-wait-chain).",
    why="Whoever waits for a strong lock makes all who come later wait too, even readers. The session to "
    "act on is the one at the root of the queue, which itself waits for nobody.",
    source="https://www.postgresql.org/docs/current/explicit-locking.html",
    looks_at="pg_stat_activity, pg_blocking_pids()",
    whole=check,
    reads=("activity",),
    unknown_when="how long hidden sessions have waited is not known",
)
