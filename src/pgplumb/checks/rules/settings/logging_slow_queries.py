"""The log tells what was slow, what waited, and what spilled."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import is_off, known_value, server_value

_SUGGESTED = {
    "log_min_duration_statement": "500ms",
    "log_lock_waits": "on",
    "log_temp_files": "10MB",
    "log_autovacuum_min_duration": "10min",
}
_WHAT = {
    "log_min_duration_statement": "slow statements leave no trace",
    "log_lock_waits": "waits for locks leave no trace",
    "log_temp_files": "sorts and hashes that spill to disk leave no trace",
    "log_autovacuum_min_duration": "what autovacuum did leaves no trace",
}


def logs_slow_statements_otherwise(catalog: Catalog) -> bool:
    """Whether auto_explain or sampling logs slow statements."""
    for name in ("auto_explain.log_min_duration", "log_min_duration_sample"):
        value = server_value(catalog, name)
        if value is not None and not value.startswith("-"):
            return True
    return False


def check(facts: Facts, report: Report) -> None:
    """Look at each of the four settings; -1 and off both mean never."""
    for name, suggested in _SUGGESTED.items():
        report.checked()
        value = known_value(name, facts, report)
        if value is None:
            continue
        never = is_off(value) if name == "log_lock_waits" else value.startswith("-")
        otherwise = name == "log_min_duration_statement" and logs_slow_statements_otherwise(facts.catalog)
        if never and not otherwise:
            report.fail(
                f"setting:{name}",
                f"{name} is {value}: {_WHAT[name]}",
                {"value": value},
                fix=Fix("alter-system-setting", {"setting": name, "value": suggested}),
            )


RULE = Rule(
    id="logging-slow-queries",
    title="Slow statements and waits are logged",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="log_min_duration_statement (or auto_explain, or sampling), log_temp_files and "
    "log_autovacuum_min_duration are not -1, and log_lock_waits is on.",
    why="After an incident the log is what is left. These four lines cost next to nothing and answer most "
    "questions that are asked then.",
    source="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-WHEN",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="a setting is hidden from this role",
)
