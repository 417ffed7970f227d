"""Transactions end in COMMIT."""

from __future__ import annotations

from pgplumb.checks.database_counters import counted
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_TRANSACTIONS = 1000
_RATIO = 0.05


def check(facts: Facts, report: Report) -> None:
    """Compare rollbacks with all transactions since the last reset."""
    known = counted(facts, report)
    if known is None:
        return
    statistics, database = known
    transactions = database.commits + database.rollbacks
    if transactions < _TRANSACTIONS:
        report.unknown(f"fewer than {_TRANSACTIONS:,} transactions since {statistics.since:%Y-%m-%d %H:%M}")
        return
    report.checked()
    ratio = database.rollbacks / transactions
    if ratio > facts.profile.threshold("rollback-ratio", _RATIO):
        report.fail(
            facts.catalog.database.id,
            f"{ratio:.1%} of {transactions:,} transactions were rolled back",
            {"ratio": round(ratio, 4), "commits": database.commits, "rollbacks": database.rollbacks},
        )


RULE = Rule(
    id="rollback-ratio",
    title="Few transactions are rolled back",
    category=Category.QUERIES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No more than 5 % (threshold rollback-ratio) of at least 1,000 transactions since the last "
    "reset were rolled back.",
    why="A rolled back transaction did its work for nothing, and what it wrote is left to vacuum. Many of "
    "them mean errors, conflicts or time-outs that the application's log should name.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW",
    looks_at="pg_stat_database (xact_commit, xact_rollback)",
    whole=check,
    reads=("statistics",),
    unknown_when="too few transactions since the counters began",
)
