"""What was committed survives a crash."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN, is_off, server_value

_WHAT = {
    "fsync": "a crash of the machine can leave the data beyond repair",
    "full_page_writes": "a crash in the middle of a write can leave pages that are half old and half new",
    "synchronous_commit": "for every role, transactions reported as committed can be lost in a crash",
}


def check(facts: Facts, report: Report) -> None:
    """Look at the three switches as the server has them; a role may have its own synchronous_commit."""
    for name, what in _WHAT.items():
        value = server_value(facts.catalog, name)
        report.checked()
        if value is None:
            report.unknown(f"{name}: {HIDDEN}")
        elif is_off(value):
            report.fail(
                f"setting:{name}",
                f"{name} is off: {what}",
                {"value": value},
                fix=Fix("alter-system-setting", {"setting": name, "value": "on"}),
            )


RULE = Rule(
    id="fsync-on",
    title="Commits survive a crash",
    category=Category.SETTINGS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="fsync and full_page_writes are on, and synchronous_commit is not off for the whole server.",
    why="They are switched off to load data faster. A database that runs like that is one power cut away "
    "from its last backup.",
    source="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides a setting",
)
