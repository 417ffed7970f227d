"""shared_buffers was chosen for the machine."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN
from pgplumb.foundation.text import size

_DEFAULT = 128 * 1024**2


def check(facts: Facts, report: Report) -> None:
    """Look for the built-in value; anything else needs the machine's memory, which the profile may state."""
    setting = facts.catalog.settings.get("shared_buffers")
    report.checked()
    if setting is None or setting.value is None:
        report.unknown(f"shared_buffers: {HIDDEN}")
        return
    block = int(facts.catalog.setting("block_size") or 8192)
    held = int(setting.value) * (block if setting.unit in (None, "8kB") else 1)
    memory = facts.profile.threshold("memory-bytes", 0)
    if held == _DEFAULT:
        report.fail(
            setting.id,
            f"shared_buffers is {size(held)}, the built-in value for the smallest of machines",
            {"bytes": held, "source": setting.source},
        )
    elif not memory:
        report.unknown(
            f"shared_buffers is {size(held)}; the machine's memory cannot be seen: state memory-bytes in "
            "the profile"
        )
    elif not 0.15 * memory <= held <= 0.4 * memory:
        report.fail(
            setting.id,
            f"shared_buffers is {size(held)}, {held / memory:.0%} of {size(int(memory))}: 15 to 40 % is "
            "usual",
            {"bytes": held, "memory": int(memory)},
        )


RULE = Rule(
    id="shared-buffers-sane",
    title="shared_buffers fits the machine",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="shared_buffers is not the built-in 128 MB, and 15 to 40 % of the memory that the profile "
    "states (threshold memory-bytes).",
    why="It is the server's own cache, and the built-in value suits a laptop. A quarter of the memory is "
    "the usual start; far more leaves too little for sorts and for the operating system.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings",),
    unknown_when="it is not the built-in value, and the profile does not state the machine's memory",
)
