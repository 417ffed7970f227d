"""The planner knows how much is cached."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import known_value, machine_memory
from pgplumb.foundation.text import size

_BLOCK = 8192


def check(facts: Facts, report: Report) -> None:
    """Compare effective_cache_size with the machine's memory, as the profile states it."""
    memory = machine_memory(facts, report)
    if memory is None:
        return
    report.checked()
    value = known_value("effective_cache_size", facts, report)
    if value is None:
        return
    told = int(value) * _BLOCK
    if not 0.4 * memory <= told <= 0.85 * memory:
        report.fail(
            "setting:effective_cache_size",
            f"effective_cache_size is {size(told)}, {told / memory:.0%} of {size(int(memory))}: 50 to 75 % is usual",
            {"bytes": told, "memory": int(memory)},
            fix=Fix(
                "alter-system-setting",
                {"setting": "effective_cache_size", "value": f"{int(memory * 0.66 // 1024**2)}MB"},
            ),
        )


RULE = Rule(
    id="effective-cache-size-sane",
    title="The planner knows the cache",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="effective_cache_size is 40 to 85 % of the memory that the profile states (threshold memory-bytes).",
    why="It takes no memory: it tells the planner how much of what it reads again is likely cached. Too low a value "
    "makes index scans look dearer than they are.",
    source="https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="the profile does not state the machine's memory, or our own session overrides the setting",
)
