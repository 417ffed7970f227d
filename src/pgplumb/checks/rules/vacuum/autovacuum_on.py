"""Autovacuum runs."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import judge_switches

_WHAT = {
    "autovacuum": "dead rows stay, statistics grow old, and the server stops before transaction ids run out",
    "track_counts": "autovacuum does not know which tables changed, and so does nothing",
}


def check(facts: Facts, report: Report) -> None:
    """Look at both switches: without counters autovacuum has nothing to go by."""
    judge_switches(_WHAT, facts, report)


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
