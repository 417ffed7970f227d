"""The one who looks is not in the way."""

from __future__ import annotations

from pgplumb.checks.clients import named
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id
from pgplumb.foundation.text import age

_CONNECTIONS = 4
_SECONDS = 60


def check(facts: Facts, report: Report) -> None:
    """Count our own connections, and look at every session that says that it is one of pgplumb's."""
    activity = report.known(facts.activity, "sessions")
    if activity is None:
        return
    report.checked()
    most = facts.profile.threshold("own-footprint", _CONNECTIONS)
    if activity.own > most:
        report.fail(
            facts.catalog.database.id,
            f"pgplumb itself holds {activity.own} of {activity.max_connections} connections",
            {"own": activity.own, "limit": most},
        )
    for session in activity.clients:
        if not session.application_name.startswith("pgplumb"):
            continue
        open_for = activity.seconds(session.xact_start)
        if open_for is not None and open_for > _SECONDS:
            report.fail(
                object_id("role", session.user or ""),
                f"{named(session)}, another pgplumb, has had a transaction open for {age(open_for)}",
                {"pid": session.pid, "seconds": round(open_for)},
            )


RULE = Rule(
    id="own-footprint",
    title="pgplumb itself is not in the way",
    category=Category.CONNECTIONS,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="This pgplumb holds at most 4 connections (threshold own-footprint), and no other one has a transaction "
    "that is older than 60 s.",
    why="A tool that watches must not be the session that holds back vacuum or takes the last connection. It says here "
    "how much of the server it uses.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW",
    looks_at="pg_stat_activity (application_name, xact_start)",
    whole=check,
    reads=("activity",),
    unknown_when="sessions were not read",
)
