"""A standby does not end its readers' queries."""

from __future__ import annotations

from pgplumb.checks.database_counters import counted, days_of
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_PER_DAY = 10.0


def check(facts: Facts, report: Report) -> None:
    """Look at queries that were ended since replay had to go on, as a rate."""
    if not facts.catalog.is_standby:
        return
    known = counted(facts, report)
    if known is None:
        return
    statistics, counters = known
    report.checked()
    rate = counters.conflicts / days_of(statistics)
    if rate > facts.profile.threshold("standby-conflicts-low", _PER_DAY):
        feedback = facts.catalog.setting("hot_standby_feedback")
        report.fail(
            facts.catalog.database.id,
            f"{counters.conflicts:,} queries of this standby were ended for replay, {rate:,.0f} a day",
            {
                "conflicts": counters.conflicts,
                "per_day": round(rate, 1),
                "hot_standby_feedback": feedback,
            },
            fix=Fix("alter-system-setting", {"setting": "hot_standby_feedback", "value": "on"})
            if feedback == "off"
            else None,
        )


RULE = Rule(
    id="standby-conflicts-low",
    title="Replay ends few queries",
    category=Category.AVAILABILITY,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="On a standby at most 10 queries a day were ended by recovery conflicts (threshold standby-conflicts-low).",
    why="What VACUUM removed on the primary a query here may still need: after max_standby_streaming_delay it is "
    "ended. hot_standby_feedback keeps those rows, for some bloat on the primary.",
    source="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT",
    looks_at="pg_stat_database.conflicts, pg_settings (hot_standby_feedback)",
    whole=check,
    reads=("statistics", "catalog.is_standby", "catalog.settings"),
    unknown_when="the counters were not read",
    not_applicable_when="this is no standby",
)
