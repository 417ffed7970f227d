"""No role takes most connections."""

from __future__ import annotations

from collections import Counter

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id

_SHARE = 0.5


def check(facts: Facts, report: Report) -> None:
    """Count the sessions of each role against the slots that there are."""
    activity = report.known(facts.activity, "sessions")
    if activity is None:
        return
    by_role = Counter(s.user for s in activity.clients if s.user and s.leader is None)
    report.checked(max(len(by_role), 1))
    share = facts.profile.threshold("connections-per-database-role", _SHARE)
    known = {r.name for r in facts.catalog.roles.values()}
    for name, number in sorted(by_role.items()):
        if number > share * activity.usable:
            limit = max(int(share * activity.usable), 1)
            report.fail(
                object_id("role", name),
                f"{name} holds {number} of {activity.usable} connections",
                {"connections": number, "slots": activity.usable},
                fix=Fix("alter-role", {"role": name, "connection_limit": limit}) if name in known else None,
            )


RULE = Rule(
    id="connections-per-database-role",
    title="No role takes most connections",
    category=Category.CONNECTIONS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No role holds more than half of the slots of ordinary roles (threshold connections-per-database-role).",
    why="The service that leaks connections takes those of all others with it. A limit by role keeps the harm where "
    "its cause is.",
    source="https://www.postgresql.org/docs/current/sql-createrole.html",
    looks_at="pg_stat_activity.usename, max_connections",
    whole=check,
    reads=("activity", "catalog.roles"),
    unknown_when="sessions were not read",
)
