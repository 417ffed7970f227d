"""ANALYZE looks at enough."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import known_value


def check(facts: Facts, report: Report) -> None:
    """Look at default_statistics_target."""
    report.checked()
    value = known_value("default_statistics_target", facts, report)
    if value is not None and not 100 <= int(value) <= 1000:
        report.fail(
            "setting:default_statistics_target",
            f"default_statistics_target is {value}: "
            + ("estimates are coarse" if int(value) < 100 else "every plan reads long lists of values"),
            {"value": value},
            fix=Fix("alter-system-setting", {"setting": "default_statistics_target", "value": "100"}),
        )


RULE = Rule(
    id="default-statistics-target-sane",
    title="ANALYZE looks at enough",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="default_statistics_target is 100 to 1,000; single columns may have a target of their own.",
    why="It says how many values the planner remembers of each column, and so how well it estimates. Much more makes "
    "planning and ANALYZE slow for every column, for the sake of a few.",
    source="https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-DEFAULT-STATISTICS-TARGET",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides the setting",
)
