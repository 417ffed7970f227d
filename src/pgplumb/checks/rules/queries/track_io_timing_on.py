"""The server measures how long reads and writes take."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import judge_switches


def check(facts: Facts, report: Report) -> None:
    """Look at track_io_timing."""
    what = "no statement or plan shows how much of its time went to reading"
    judge_switches({"track_io_timing": what}, facts, report)


RULE = Rule(
    id="track-io-timing-on",
    title="track_io_timing is on",
    category=Category.QUERIES,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="track_io_timing is on.",
    why="With it, EXPLAIN (BUFFERS) and pg_stat_statements tell waiting for a disk from computing. The "
    "clock costs little; pg_test_timing shows the few machines where it does.",
    source="https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-TRACK-IO-TIMING",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides the setting",
)
