"""A standby replays."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look at whether replay is paused or delayed."""
    if not facts.catalog.is_standby:
        return
    statistics = facts.statistics
    if isinstance(statistics, Unread) or statistics.replay_paused is None:
        report.unknown(
            f"statistics: {statistics.reason}"
            if isinstance(statistics, Unread)
            else "whether it replays is not known"
        )
        return
    report.checked()
    delay = facts.catalog.setting("recovery_min_apply_delay") or "0"
    if statistics.replay_paused:
        report.fail(
            facts.catalog.database.id,
            "replay is paused: this standby falls behind until somebody calls pg_wal_replay_resume()",
            {"paused": True},
        )
    elif delay.isdigit() and int(delay) and not facts.profile.threshold("replay-delay-meant", 0):
        report.fail(
            "setting:recovery_min_apply_delay",
            f"this standby stays {int(delay) / 1000:,.0f} s behind by recovery_min_apply_delay; say "
            "replay-delay-meant = 1 in the profile if that is meant",
            {"delay_ms": int(delay)},
        )


RULE = Rule(
    id="replay-not-paused",
    title="The standby replays",
    category=Category.AVAILABILITY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="On a standby replay is not paused, and recovery_min_apply_delay is 0 unless the profile says that it is "
    "meant (threshold replay-delay-meant).",
    why="A standby whose replay was paused for a check and forgotten receives all WAL and applies none: its disk "
    "fills, and a failover takes hours. Readers see old rows and no error.",
    source="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL",
    looks_at="pg_is_wal_replay_paused(), pg_settings (recovery_min_apply_delay)",
    whole=check,
    reads=("catalog.is_standby", "catalog.settings", "statistics"),
    unknown_when="the statistics were not read",
    not_applicable_when="this is no standby",
)
