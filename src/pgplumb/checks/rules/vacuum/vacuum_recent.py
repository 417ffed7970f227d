"""Tables that change are analysed and vacuumed."""

from __future__ import annotations

from datetime import datetime

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import counters, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.vacuum_thresholds import analyze_threshold

_DAYS = 7
_LEAST = 1000


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare what changed since the last ANALYZE with what would call for one, and its age with a week."""
    statistics = report.known(facts.statistics, "statistics")
    if statistics is None:
        return
    days = facts.profile.threshold("vacuum-recent", _DAYS)
    stale: list[tuple[Relation, int, datetime | None]] = []
    for leaf in leaves(table, facts):
        counted = counters(leaf, facts)
        if counted is None:
            continue
        changed = counted.modified_since_analyze
        if changed < _LEAST or changed < 2 * analyze_threshold(leaf, counted.tuples, facts):
            report.checked()
            continue
        # Where it never ran, the counters themselves are the only age there is.
        since = counted.last_analyze or statistics.since
        if (statistics.read_at - since).total_seconds() < days * 86400:
            if counted.last_analyze is not None:
                report.checked()
            continue
        report.checked()
        stale.append((leaf, changed, counted.last_analyze))
    if not stale:
        return
    leaf, changed, last = stale[0]
    when = f"since {last:%Y-%m-%d}" if last else "and it was never analysed"
    report.fail(
        table.id,
        f"{changed:,} rows of {leaf.qualified} changed {when}",
        {"changed": changed, "tables": tuple(r.qualified for r, *_ in stale)},
        related=tuple(r.id for r, *_ in stale if r is not table),
        fix=Fix("vacuum", {"table": leaf.qualified, "analyze": True}),
    )


RULE = Rule(
    id="vacuum-recent",
    title="Tables that change are vacuumed and analysed",
    category=Category.VACUUM,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No table or partition has both changed by twice what calls for an ANALYZE (at least 1,000 "
    "rows) and gone 7 days (threshold vacuum-recent) without one. Tables that do not change may be as "
    "old as they like.",
    why="The planner thinks that the table looks as it did then. New days, new tenants and new values are "
    "the ones that it knows nothing of.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS",
    looks_at="pg_stat_all_tables (n_mod_since_analyze, last_analyze, last_autoanalyze), pg_settings",
    each_table=check,
    reads=("statistics", "catalog.settings", "catalog.setting_overrides"),
    unknown_when="the statistics were not read",
    not_applicable_when="no table was counted for long enough",
)
