"""The planner may use every method that it knows."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import is_off, server_value


def check(facts: Facts, report: Report) -> None:
    """Compare each enable_* with what this version starts with: some are off by design."""
    for name, setting in sorted(facts.catalog.settings.items()):
        if not name.startswith("enable_") or setting.boot_value != "on":
            continue
        value = server_value(facts.catalog, name)
        if value is None:
            continue
        report.checked()
        if is_off(value):
            report.fail(
                setting.id,
                f"{name} is off for every session: plans that need it are priced as if they were impossible",
                {"value": value, "built_in": setting.boot_value, "source": setting.source},
                fix=Fix("alter-system-setting", {"setting": name, "value": "on"}),
            )


RULE = Rule(
    id="planner-methods-on",
    title="No planner method is switched off",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No enable_* setting that is on by default in this version is off for the whole server.",
    why="These switches are for finding out why a plan was chosen. Left off, they mend one query and spoil "
    "others that nobody looks at; SET LOCAL around the one query does the same without harm.",
    source="https://www.postgresql.org/docs/current/runtime-config-query.html#RUNTIME-CONFIG-QUERY-ENABLE",
    looks_at="pg_settings (setting, boot_val)",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    not_applicable_when="the settings were not read",
)
