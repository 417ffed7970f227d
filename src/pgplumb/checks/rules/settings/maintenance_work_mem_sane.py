"""Vacuum and index builds have memory."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import known_value, machine_memory
from pgplumb.foundation.text import size

_LEAST_KB = 256 * 1024
_LARGE = 8 * 1024**3


def check(facts: Facts, report: Report) -> None:
    """Look at maintenance_work_mem where the profile says that the machine is large."""
    memory = machine_memory(facts, report)
    if memory is None or memory < _LARGE:
        return
    report.checked()
    value = known_value("maintenance_work_mem", facts, report)
    if value is not None and int(value) < _LEAST_KB:
        report.fail(
            "setting:maintenance_work_mem",
            f"maintenance_work_mem is {size(int(value) * 1024)} on a machine with {size(int(memory))}",
            {"kb": int(value), "memory": int(memory)},
            fix=Fix("alter-system-setting", {"setting": "maintenance_work_mem", "value": "256MB"}),
        )


RULE = Rule(
    id="maintenance-work-mem-sane",
    title="Vacuum and index builds have memory",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="maintenance_work_mem is at least 256 MB on machines with 8 GB or more (threshold memory-bytes).",
    why="Before 17 a vacuum that cannot remember all dead rows reads every index again for each part, and an index "
    "build that does not fit sorts on disk. The built-in 64 MB are for small machines.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="the profile does not state the machine's memory, or our own session overrides the setting",
    not_applicable_when="the machine has less than 8 GB",
)
