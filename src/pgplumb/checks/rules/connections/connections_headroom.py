"""There are connections left."""

from __future__ import annotations

from collections import Counter

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_USED = 0.8


def check(facts: Facts, report: Report) -> None:
    """Compare the slots in use with those that an ordinary role can have."""
    activity = report.known(facts.activity, "sessions")
    if activity is None:
        return
    report.checked()
    used, usable = activity.used, activity.usable
    if usable < 1 or used < facts.profile.threshold("connections-headroom", _USED) * usable:
        return
    users = Counter(s.user or "?" for s in activity.clients).most_common(3)
    report.fail(
        facts.catalog.database.id,
        f"{used} of {usable} connections are in use, most by {', '.join(f'{u} ({n})' for u, n in users)}",
        {
            "used": used,
            "usable": usable,
            "max_connections": activity.max_connections,
            "by_role": {user: str(number) for user, number in users},
        },
    )


RULE = Rule(
    id="connections-headroom",
    title="There are connections left",
    category=Category.CONNECTIONS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Fewer than 80 % (threshold connections-headroom) of the connections that ordinary roles can "
    "have are in use.",
    why="The last free connection is also the last one for whoever wants to see what is wrong. A busy "
    "minute takes the rest within seconds, and every new request fails.",
    source="https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS",
    looks_at="pg_stat_activity, pg_settings (max_connections, superuser_reserved_connections, "
    "reserved_connections)",
    whole=check,
    reads=("activity",),
    unknown_when="sessions were not read",
)
