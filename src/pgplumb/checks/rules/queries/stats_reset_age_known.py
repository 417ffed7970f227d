"""The counters have run long enough to judge by."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import MINIMUM_DAYS, counted_days
from pgplumb.foundation.text import age


def check(facts: Facts, report: Report) -> None:
    """Look at the last reset, or the start of the server where there was none."""
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    report.checked()
    wanted = facts.profile.threshold("usage-min-days", MINIMUM_DAYS)
    days = counted_days(facts)
    if days < wanted:
        report.fail(
            facts.catalog.database.id,
            f"the counters of {facts.catalog.database.name} have run for {age(days * 86400)}; rules about "
            f"what is not used need {wanted:g} days",
            {"days": round(days, 2), "since": statistics.since.isoformat(), "wanted_days": wanted},
        )


RULE = Rule(
    id="stats-reset-age-known",
    title="Counters are old enough to judge by",
    category=Category.QUERIES,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="The cumulative statistics of this database have run for at least 14 days (threshold "
    "usage-min-days) without a reset.",
    why="After a reset, a crash or an upgrade everything looks unused. What is called unused then may be "
    "the index of the monthly report.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html",
    looks_at="pg_stat_database.stats_reset, pg_postmaster_start_time()",
    whole=check,
    reads=("statistics",),
    unknown_when="the statistics were not read",
)
