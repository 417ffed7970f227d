"""Connections that nobody uses are closed."""

from __future__ import annotations

from collections import Counter

from pgplumb.checks.clients import NEEDS_STATS
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_SECONDS = 3600
_SHARE = 0.3


def check(facts: Facts, report: Report) -> None:
    """Count sessions that have been idle for an hour against all slots; a pool keeps some by design."""
    activity = report.known(facts.activity, "sessions")
    if activity is None:
        return
    clients = [s for s in activity.clients if s.leader is None]
    report.checked(max(len(clients), 1))
    old = [s for s in clients if s.state == "idle" and (activity.seconds(s.state_change) or 0) > _SECONDS]
    limit = facts.profile.threshold("idle-connections-old", _SHARE) * activity.usable
    if len(old) > limit:
        role, number = Counter(s.user or "unknown roles" for s in old).most_common(1)[0]
        report.fail(
            facts.catalog.database.id,
            f"{len(old)} of {activity.usable} slots are held by sessions that have been idle for over an hour, "
            f"{number} of them of {role}",
            {"idle": len(old), "slots": activity.usable, "role": role},
        )
    elif not activity.visible and len(old) + activity.hidden > limit:
        report.unknown(NEEDS_STATS)


RULE = Rule(
    id="idle-connections-old",
    title="Idle connections are closed",
    category=Category.CONNECTIONS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Sessions that have been idle for over an hour hold at most 30 % of the slots (threshold "
    "idle-connections-old).",
    why="Every connection is a process with memory of its own and a slot that others may need in a rush. Pools that "
    "are larger than the work they do hold hundreds of them.",
    source="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-SESSION-TIMEOUT",
    looks_at="pg_stat_activity (state, state_change), max_connections",
    whole=check,
    reads=("activity",),
    unknown_when="sessions of other roles are hidden",
)
