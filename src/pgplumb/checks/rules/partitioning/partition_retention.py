"""Partitions that are past their time are gone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.partition_bounds import range_parents, ranges, read_time
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_DECLARED = re.compile(r"@?retention\b\s*[:=]?\s*(\d+)\s*(day|week|month|year)s?\b", re.IGNORECASE)
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.2425 / 12, "year": 365.2425}


def declared_days(table: Relation, facts: Facts) -> float | None:
    """Return for how many days rows are to be kept: as the table's comment says, or the profile for all."""
    match = _DECLARED.search(table.comment or "")
    if match:
        return int(match[1]) * _DAYS[match[2].lower()]
    return facts.profile.threshold("partition-retention-days", 0) or None


def check(root: Relation, facts: Facts, report: Report) -> None:
    """Compare the upper bound of each partition over time with what was declared."""
    days = declared_days(root, facts)
    if days is None:
        return
    limit: datetime = facts.now - timedelta(days=days)
    for parent in range_parents(root, facts.catalog):
        found = ranges(parent, facts.catalog)
        if isinstance(found, Unread):
            report.unknown(found.reason)
            continue
        for partition in found:
            end = read_time(partition.range.high[0])
            if end is None:
                continue
            report.checked()
            if end <= limit:
                leaf = partition.relation
                report.fail(
                    leaf.id,
                    f"all rows of {leaf.qualified} are older than the {days:.0f} days that {root.qualified} keeps: it "
                    f"ended on {end:%Y-%m-%d}",
                    {"until": end.isoformat(), "days": round(days)},
                    related=(root.id,),
                    fix=Fix("detach-partition", {"partition": leaf.qualified}),
                )


RULE = Rule(
    id="partition-retention",
    title="Partitions past their retention are gone",
    category=Category.PARTITIONING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Where a partitioned table declares how long it keeps rows (a comment with 'retention 90 days', or "
    "partition-retention-days in the profile for all), no partition by time ended longer ago.",
    why="Detaching a partition takes no time and leaves nothing to vacuum, but somebody has to do it. Data that was to "
    "be gone and is not is found by whoever asks for it in court.",
    source="https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
    looks_at="pg_class.relpartbound, pg_description",
    each_table=check,
    unknown_when="the bounds of partitions could not be read",
    not_applicable_when="no partitioned table declares how long it keeps rows",
)
