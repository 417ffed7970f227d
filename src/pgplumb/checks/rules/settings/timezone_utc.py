"""The server's clock shows UTC."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import known_value
from pgplumb.foundation.names import object_id

_UTC = frozenset(("utc", "etc/utc", "uct", "etc/uct", "zulu", "etc/zulu", "universal", "gmt", "etc/gmt", "z"))


def check(facts: Facts, report: Report) -> None:
    """Look at the zone of sessions and at that of the log."""
    for name in ("TimeZone", "log_timezone"):
        report.checked()
        value = known_value(name, facts, report)
        if value is not None and value.lower() not in _UTC:
            report.fail(
                object_id("setting", name),
                f"{name} is {value}: times without a zone mean different moments twice a year",
                {"value": value},
                fix=Fix("alter-system-setting", {"setting": name, "value": "UTC"}),
            )


RULE = Rule(
    id="timezone-utc",
    title="The server's time zone is UTC",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="TimeZone and log_timezone are UTC under one of its names.",
    why="Dates are cut, and times without a zone are read, in the session's zone. In one with daylight "
    "saving an hour is missing in spring and comes twice in autumn.",
    source="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-TIMEZONE",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides a setting",
)
