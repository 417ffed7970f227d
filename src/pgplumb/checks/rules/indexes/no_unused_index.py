"""Indexes are used."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.statistics import Statistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.index_tree import stored
from pgplumb.checks.key_cover import supports_foreign_key
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.usage import unproven
from pgplumb.checks.wording import index_name
from pgplumb.foundation.names import part


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for valid indexes without a scan that enforce nothing, serve no foreign key and are read by nobody."""
    if relation.kind not in "rpm":
        return
    statistics = facts.statistics
    reason: str | None = None
    reasons: set[str] = set()
    for index in relation.indexes:
        if index.parent or index.is_unique or index.is_exclusion or not index.is_valid:
            continue
        if index.is_clustered or supports_foreign_key(index, relation, facts):
            continue
        parts = stored(index, relation, facts.catalog)
        if not parts:
            continue
        report.checked()
        if isinstance(statistics, Unread):
            reasons.add(f"statistics: {statistics.reason}")
            continue
        counted = [statistics.indexes.get(i.oid) for i, _ in parts]
        if any(c is not None and c.scans for c in counted):
            continue
        if None in counted:
            reasons.add(f"{part(index.name)} was not there when the counters were read")
            continue
        reason = reason or unproven(facts)
        if reason:
            reasons.add(reason)
        else:
            _fail(relation, index, sum(c.pages for c in counted if c is not None), statistics, report)
    for one in reasons:
        report.unknown(one)


def _fail(relation: Relation, index: Index, pages: int, statistics: Statistics, report: Report) -> None:
    days = int((statistics.read_at - statistics.since).total_seconds() // 86400)
    report.fail(
        relation.index_id(index),
        f"the index {part(index.name)} of {relation.qualified} was not used once in {days} days of counting; "
        "nothing records whether it is younger than that",
        {
            "scans": 0,
            "days": days,
            "since": statistics.since.isoformat(),
            "pages": pages,
            "columns": relation.column_names(index.key_columns),
        },
        related=(relation.id,),
        fix=Fix("drop-index", {"index": index_name(relation, index)}),
    )


RULE = Rule(
    id="no-unused-index",
    title="Indexes are used",
    category=Category.INDEXES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every valid index that enforces nothing and serves no foreign key was scanned since counting began, parts "
    "on partitions taken together.",
    why="An index that no query reads still slows every insert and most updates, keeps rows from being updated in "
    "place, and fills cache and backups.",
    source="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW",
    looks_at="pg_stat_all_indexes.idx_scan, pg_stat_database.stats_reset, pg_stat_replication, pg_index, pg_constraint",
    each_relation=check,
    reads=("statistics", "catalog.settings", "catalog.is_standby"),
    unknown_when="counting began less than 14 days ago (usage-min-days), or standbys count for themselves "
    "(usage-ignore-standbys); the age of an index is not recorded anywhere",
    not_applicable_when="every index enforces something or serves a foreign key",
)
