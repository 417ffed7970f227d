"""Sessions do not lock each other out."""

from __future__ import annotations

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_PER_DAY = 1.0


def check(facts: Facts, report: Report) -> None:
    """Look at deadlocks since the counters began, as a rate: one long ago is not news."""
    statistics = facts.statistics
    if isinstance(statistics, Unread) or statistics.database is None:
        report.unknown(
            f"statistics: {statistics.reason}"
            if isinstance(statistics, Unread)
            else "no counters of the database"
        )
        return
    report.checked()
    days = max((statistics.read_at - statistics.since).total_seconds() / 86400, 1.0)
    rate = statistics.database.deadlocks / days
    if rate > facts.profile.threshold("deadlocks-none", _PER_DAY):
        report.fail(
            facts.catalog.database.id,
            f"{statistics.database.deadlocks:,} deadlocks since {statistics.since:%Y-%m-%d}, {rate:,.1f} a day",
            {"deadlocks": statistics.database.deadlocks, "per_day": round(rate, 2)},
        )


RULE = Rule(
    id="deadlocks-none",
    title="Deadlocks are rare",
    category=Category.QUERIES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="At most one deadlock a day on average since the counters began (threshold deadlocks-none).",
    why="In a deadlock one transaction is thrown away, after everybody in it waited for deadlock_timeout. It means "
    "that two pieces of code take the same rows in another order; the server's log names both statements.",
    source="https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS",
    looks_at="pg_stat_database.deadlocks",
    whole=check,
    reads=("statistics",),
    unknown_when="the counters were not read",
)
