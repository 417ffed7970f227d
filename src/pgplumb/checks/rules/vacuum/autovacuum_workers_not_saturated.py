"""There is an autovacuum worker to spare."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_WORKER = "autovacuum worker"
_WRAPAROUND = "to prevent wraparound"
_SECONDS = 600


def check(facts: Facts, report: Report) -> None:
    """Count the workers that have been busy for a while; a run against wraparound takes its time by design."""
    activity, limit = (
        report.known(facts.activity, "sessions"),
        facts.catalog.setting("autovacuum_max_workers"),
    )
    if activity is None:
        return
    if limit is None or not activity.visible:
        report.unknown("autovacuum's workers are hidden: needs pg_read_all_stats")
        return
    report.checked()
    workers = [s for s in activity.sessions if s.backend_type == _WORKER]
    busy = [
        s
        for s in workers
        if (activity.seconds(s.xact_start) or 0.0) > _SECONDS and _WRAPAROUND not in (s.query or "")
    ]
    if len(workers) >= int(limit) and len(busy) == len(workers):
        report.fail(
            "setting:autovacuum_max_workers",
            f"all {limit} autovacuum workers have been busy for over ten minutes: other tables wait for their turn",
            {"workers": len(workers), "limit": int(limit)},
        )


RULE = Rule(
    id="autovacuum-workers-not-saturated",
    title="An autovacuum worker is free",
    category=Category.VACUUM,
    severity=Severity.WARNING,
    tier=Tier.SCALE,
    passes="Not all of autovacuum_max_workers have been at work on one table for over ten minutes; runs against "
    "wraparound are not counted.",
    why="While every worker is at a large table, small ones that change all the time are not vacuumed. More workers "
    "share one budget: autovacuum_vacuum_cost_limit has to rise with them.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
    looks_at="pg_stat_activity (backend_type, xact_start), pg_settings (autovacuum_max_workers)",
    whole=check,
    reads=("activity", "catalog.settings"),
    unknown_when="sessions of other roles are hidden",
)
