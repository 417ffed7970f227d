"""No session sleeps in an open transaction."""

from __future__ import annotations

from pgplumb.checks.clients import at_work, named, number_of
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id
from pgplumb.foundation.text import age

_SECONDS = 60


def check(facts: Facts, report: Report) -> None:
    """Look at how long each client has been silent inside a transaction."""
    limit = facts.profile.threshold("idle-in-transaction", _SECONDS)
    for session, activity in at_work(facts, report):
        silent = activity.seconds(session.state_change)
        if not session.idle_in_transaction or silent is None or silent < limit:
            continue
        blocked = sum(session.pid in other.blocked_by for other in activity.sessions)
        waits = f"; {number_of(blocked, 'session waits', 'sessions wait')} for it" if blocked else ""
        report.fail(
            object_id("role", session.user) if session.user else facts.catalog.database.id,
            f"{named(session)} has been idle in a transaction for {age(silent)}{waits}",
            {
                "pid": session.pid,
                "seconds": round(silent),
                "transaction_seconds": round(activity.seconds(session.xact_start) or 0),
                "application_name": session.application_name,
                "blocks": blocked,
            },
        )


RULE = Rule(
    id="idle-in-transaction",
    title="No session is idle in a transaction",
    category=Category.CONNECTIONS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No client session has been idle in a transaction for 60 seconds (threshold "
    "idle-in-transaction); backup tools aside.",
    why="It holds every lock that it took and keeps vacuum from removing dead rows, while it does nothing. "
    "Behind a lock that it holds, all others queue.",
    source="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
    looks_at="pg_stat_activity (state, state_change, xact_start)",
    whole=check,
    reads=("activity",),
    unknown_when="other roles' sessions are hidden",
)
