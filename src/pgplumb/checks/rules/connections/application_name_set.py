"""Clients say who they are."""

from __future__ import annotations

from collections import Counter

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id


def check(facts: Facts, report: Report) -> None:
    """Count client sessions without a name by role."""
    activity = report.known(facts.activity, "sessions")
    if activity is None:
        return
    clients = [s for s in activity.clients if s.leader is None]
    report.checked(len(clients))
    total = Counter(s.user or "" for s in clients)
    nameless = Counter(s.user or "" for s in clients if not s.application_name.strip())
    for user, number in sorted(nameless.items()):
        report.fail(
            object_id("role", user) if user else facts.catalog.database.id,
            f"{number} of {total[user]} sessions of {user or 'unknown roles'} have no application_name",
            {"sessions": number, "of": total[user]},
            fix=Fix("alter-role-setting", {"role": user, "setting": "application_name", "value": user})
            if user in {r.name for r in facts.catalog.roles.values()}
            else None,
        )


RULE = Rule(
    id="application-name-set",
    title="Clients set application_name",
    category=Category.CONNECTIONS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every client session has an application_name.",
    why="When sessions pile up, the name is what tells the web server from the nightly job. It takes one "
    "word in the connection string.",
    source="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-APPLICATION-NAME",
    looks_at="pg_stat_activity.application_name",
    whole=check,
    reads=("activity", "catalog.roles"),
    unknown_when="sessions were not read",
    not_applicable_when="no client is connected",
)
