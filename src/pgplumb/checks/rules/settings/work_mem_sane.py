"""Sorts of all sessions fit into the machine."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import known_value, machine_memory
from pgplumb.foundation.text import size

_SORTS = 2


def check(facts: Facts, report: Report) -> None:
    """Multiply out what all sessions together may take at worst."""
    memory = machine_memory(facts, report)
    if memory is None:
        return
    report.checked()
    value, sessions = known_value("work_mem", facts, report), facts.catalog.setting("max_connections")
    if value is None or sessions is None:
        return
    worst = int(value) * 1024 * int(sessions) * _SORTS
    if worst > memory:
        report.fail(
            "setting:work_mem",
            f"{sessions} sessions with {_SORTS} sorts of {size(int(value) * 1024)} each may take {size(worst)}, and "
            f"the machine has {size(int(memory))}",
            {"kb": int(value), "max_connections": int(sessions), "worst": worst, "memory": int(memory)},
        )


RULE = Rule(
    id="work-mem-sane",
    title="Sorts of all sessions fit into memory",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="work_mem times max_connections times 2 is no more than the memory that the profile states (threshold "
    "memory-bytes). The built-in 4 MB are no fault by themselves.",
    why="Every sort and hash of every session may take work_mem, and the operating system ends the server when there "
    "is no more. Roles that report can have more than the rest.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM",
    looks_at="pg_settings (work_mem, max_connections)",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="the profile does not state the machine's memory, or our own session overrides the setting",
)
