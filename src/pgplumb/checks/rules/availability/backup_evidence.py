"""There is a sign of a recent backup."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.clients import is_backup
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look for a backup that runs right now: SQL shows no other, and none of those that were made."""
    if not isinstance(facts.activity, Unread) and any(is_backup(s) for s in facts.activity.sessions):
        report.checked()
        return
    running = (
        not isinstance(facts.statistics, Unread)
        and not isinstance(facts.statistics.replicas, Unread)
        and any(r.state == "backup" for r in facts.statistics.replicas)
    )
    if running:
        report.checked()
        return
    report.unknown(
        "no evidence seen: the server does not know of its backups; attest when one was made and restored"
    )


RULE = Rule(
    id="backup-evidence",
    title="There is evidence of a backup",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="A backup tool is connected at this moment, or somebody attested in the profile that backups "
    "are made.",
    why="The server keeps no record of its backups, so nothing that can be asked of it proves one. What "
    "counts is a restore that somebody tried, with a date.",
    source="https://www.postgresql.org/docs/current/backup.html",
    looks_at="pg_stat_activity.application_name, pg_stat_replication.state",
    whole=check,
    reads=("activity", "statistics"),
    unknown_when="no backup runs at this moment",
)
