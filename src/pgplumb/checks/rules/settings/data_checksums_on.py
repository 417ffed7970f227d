"""Damaged pages are noticed."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN, is_off


def check(facts: Facts, report: Report) -> None:
    """Look at the setting, then at the failures that were counted."""
    value = facts.catalog.setting("data_checksums")
    report.checked()
    if value is None:
        report.unknown(f"data_checksums: {HIDDEN}")
    elif is_off(value):
        report.fail(
            "setting:data_checksums",
            "data pages have no checksums: what a disk or controller damages is read as if it were data",
            {"value": value},
        )
    if isinstance(facts.statistics, Unread) or facts.statistics.database is None:
        return
    failures = facts.statistics.database.checksum_failures
    if failures:
        report.fail(
            facts.catalog.database.id,
            f"{failures:,} pages of {facts.catalog.database.name} failed their checksum: the storage "
            "damages data",
            {"failures": failures},
        )


RULE = Rule(
    id="data-checksums-on",
    title="Data pages have checksums",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="data_checksums is on, and no page failed its checksum.",
    why="Without them damage is found by a query that fails months later, when it is in every backup. "
    "pg_checksums switches them on while the server is down; since 18 new clusters have them.",
    source="https://www.postgresql.org/docs/current/checksums.html",
    looks_at="pg_settings, pg_stat_database.checksum_failures",
    whole=check,
    reads=("catalog.settings", "statistics"),
    unknown_when="the setting is hidden",
)
