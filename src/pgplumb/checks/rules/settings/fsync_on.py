"""What was committed survives a crash."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import judge_switches

_WHAT = {
    "fsync": "a crash of the machine can leave the data beyond repair",
    "full_page_writes": "a crash in the middle of a write can leave pages that are half old and half new",
    "synchronous_commit": "for every role, transactions reported as committed can be lost in a crash",
}


def check(facts: Facts, report: Report) -> None:
    """Look at the three switches as the server has them; a role may have its own synchronous_commit."""
    judge_switches(_WHAT, facts, report)


RULE = Rule(
    id="fsync-on",
    title="Commits survive a crash",
    category=Category.SETTINGS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="fsync and full_page_writes are on, and synchronous_commit is not off for the whole server.",
    why="They are switched off to load data faster. A database that runs like that is one power cut away "
    "from its last backup.",
    source="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides a setting",
)
