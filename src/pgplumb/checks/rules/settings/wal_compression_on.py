"""Pages in the WAL are compressed."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import is_off, server_value


def check(facts: Facts, report: Report) -> None:
    """Look at wal_compression."""
    value = server_value(facts.catalog, "wal_compression")
    report.checked()
    if value is None:
        report.unknown("wal_compression: our own session overrides it")
    elif is_off(value):
        report.fail(
            "setting:wal_compression",
            "wal_compression is off: whole pages go into the WAL, the archive and to standbys as they are",
            {"value": value},
            fix=Fix("alter-system-setting", {"setting": "wal_compression", "value": "on"}),
        )


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
