"""Pages in the WAL are compressed."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import judge_switches


def check(facts: Facts, report: Report) -> None:
    """Look at wal_compression."""
    what = "whole pages go into the WAL, the archive and to standbys as they are"
    judge_switches({"wal_compression": what}, facts, report)


RULE = Rule(
    id="wal-compression-on",
    title="Pages in the WAL are compressed",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="wal_compression is not off. Waive it where the processor is short and the disk is not.",
    why="After a checkpoint the first change of each page writes all of it, which is most of the WAL of many servers. "
    "Compressed it is half the size or less, for a little time of the processor.",
    source="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-COMPRESSION",
    looks_at="pg_settings",
    whole=check,
    reads=("catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides the setting",
)
