"""The server runs with the settings that its configuration names."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look at pending_restart of each setting."""
    for name, setting in sorted(facts.catalog.settings.items()):
        report.checked()
        if setting.pending_restart:
            report.fail(
                setting.id,
                f"{name} was changed in the configuration and waits for a restart; the server still runs "
                f"with {setting.value if setting.value is not None else 'the old value'}",
                {"running": setting.value},
            )


RULE = Rule(
    id="no-pending-restart",
    title="No setting waits for a restart",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No setting has pending_restart.",
    why="The next restart, perhaps in the middle of an incident, changes more than anybody expects. A "
    "value that was tried and forgotten may even keep the server from starting.",
    source="https://www.postgresql.org/docs/current/view-pg-settings.html",
    looks_at="pg_settings.pending_restart",
    whole=check,
    reads=("catalog.settings",),
    not_applicable_when="the settings were not read",
)
