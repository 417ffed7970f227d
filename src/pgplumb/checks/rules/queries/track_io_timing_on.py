"""The server measures how long reads and writes take."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN, is_off, server_value


def check(facts: Facts, report: Report) -> None:
    """Look at track_io_timing."""
    value = server_value(facts.catalog, "track_io_timing")
    report.checked()
    if value is None:
        report.unknown(f"track_io_timing: {HIDDEN}")
    elif is_off(value):
        report.fail(
            "setting:track_io_timing",
            "track_io_timing is off: no statement or plan shows how much of its time went to reading",
            {"value": value},
            fix=Fix("alter-system-setting", {"setting": "track_io_timing", "value": "on"}),
        )


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
