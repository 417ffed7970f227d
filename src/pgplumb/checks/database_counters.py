"""Counters of the database, for rules that judge a rate since they began."""

from __future__ import annotations

from pgplumb.catalog.statistics import DatabaseCounters, Statistics
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report


def counted(facts: Facts, report: Report) -> tuple[Statistics, DatabaseCounters] | None:
    """Return the statistics and the database's counters in them; None, with the reason reported, without them."""
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return None
    if statistics.database is None:
        report.unknown("no counters of the database")
        return None
    return statistics, statistics.database


def days_of(statistics: Statistics) -> float:
    """Return how many days the counters have run, one at least."""
    return max((statistics.read_at - statistics.since).total_seconds() / 86400, 1.0)
