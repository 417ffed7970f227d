"""Sessions do not lock each other out."""

from __future__ import annotations

from pgplumb.checks.database_counters import counted, days_of
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_PER_DAY = 1.0


def check(facts: Facts, report: Report) -> None:
    """Look at deadlocks since the counters began, as a rate: one long ago is not news."""
    known = counted(facts, report)
    if known is None:
        return
    statistics, counters = known
    report.checked()
    rate = counters.deadlocks / days_of(statistics)
    if rate > facts.profile.threshold("deadlocks-none", _PER_DAY):
        report.fail(
            facts.catalog.database.id,
            f"{counters.deadlocks:,} deadlocks since {statistics.since:%Y-%m-%d}, {rate:,.1f} a day",
            {"deadlocks": counters.deadlocks, "per_day": round(rate, 2)},
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
