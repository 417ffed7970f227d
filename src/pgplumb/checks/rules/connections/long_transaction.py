"""Transactions are short."""

from __future__ import annotations

import re

from pgplumb.checks.clients import at_work, named
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import object_id
from pgplumb.foundation.text import age

_SECONDS = 300
_MAINTENANCE = re.compile(
    r"\s*(vacuum|analyze|reindex|cluster|create\s+(unique\s+)?index\s+concurrently|refresh\s+materialized"
    r"|drop\s+index\s+concurrently|alter\s+table.*validate)",
    re.IGNORECASE,
)


def check(facts: Facts, report: Report) -> None:
    """Look at the age of each client's transaction; maintenance takes the time that it takes."""
    limit = facts.profile.threshold("long-transaction", _SECONDS)
    for session, activity in at_work(facts, report):
        seconds = activity.seconds(session.xact_start)
        if seconds is None or seconds < limit:
            continue
        if session.state == "active" and _MAINTENANCE.match(session.query or ""):
            continue
        report.fail(
            object_id("role", session.user) if session.user else facts.catalog.database.id,
            f"{named(session)} is in one transaction for {age(seconds)} ({session.state})",
            {
                "pid": session.pid,
                "seconds": round(seconds),
                "state": session.state,
                "application_name": session.application_name,
                "database": session.database,
            },
        )


RULE = Rule(
    id="long-transaction",
    title="Transactions are short",
    category=Category.CONNECTIONS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No client has been in one transaction for 5 minutes (threshold long-transaction, in seconds); "
    "backup tools and running maintenance (VACUUM, CREATE INDEX CONCURRENTLY, ...) aside.",
    why="All that time its locks hold and vacuum can remove nothing that died since it began, in any table "
    "of the database. Work in small batches does not have that cost.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html",
    looks_at="pg_stat_activity (xact_start, state, query)",
    whole=check,
    reads=("activity",),
    unknown_when="other roles' sessions are hidden",
)
