"""Autovacuum runs."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN, is_off, server_value

_WHAT = {
    "autovacuum": "dead rows stay, statistics grow old, and the server stops before transaction ids run out",
    "track_counts": "autovacuum does not know which tables changed, and so does nothing",
}


def check(facts: Facts, report: Report) -> None:
    """Look at both switches: without counters autovacuum has nothing to go by."""
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
    id="autovacuum-on",
    title="Autovacuum is on",
    category=Category.VACUUM,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="autovacuum and track_counts are on.",
    why="PostgreSQL keeps old row versions until vacuum removes them, and plans queries by what ANALYZE "
    "saw. Without autovacuum tables grow without end and plans go wrong by and by.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides a setting",
)
