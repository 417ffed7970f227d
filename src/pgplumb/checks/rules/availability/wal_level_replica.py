"""The server writes enough WAL for standbys and backups."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN


def check(facts: Facts, report: Report) -> None:
    """Look at wal_level and max_wal_senders."""
    wanted = (("wal_level", "minimal", "replica"), ("max_wal_senders", "0", "10"))
    for name, bad, good in wanted:
        value = facts.catalog.setting(name)
        report.checked()
        if value is None:
            report.unknown(f"{name}: {HIDDEN}")
        elif value == bad:
            report.fail(
                f"setting:{name}",
                f"{name} is {value}: neither a standby nor an online backup is possible without a restart",
                {"value": value},
                fix=Fix("alter-system-setting", {"setting": name, "value": good}),
            )


RULE = Rule(
    id="wal-level-replica",
    title="WAL is enough for standbys and backups",
    category=Category.AVAILABILITY,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="wal_level is replica or logical, and max_wal_senders is above 0.",
    why="Both take a restart to change. Whoever needs a standby or an online backup in a hurry should not "
    "have to begin with one.",
    source="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-LEVEL",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings",),
    unknown_when="a setting is hidden",
)
