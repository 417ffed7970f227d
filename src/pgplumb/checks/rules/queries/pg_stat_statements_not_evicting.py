"""pg_stat_statements has room."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_LEAST = 5000
_PER_DAY = 10.0


def check(facts: Facts, report: Report) -> None:
    """Look at how often entries were thrown out for want of room since the reset."""
    statements = report.known(facts.statements)
    if statements is None:
        return
    if statements.evictions is None or statements.maximum is None:
        report.unknown("how often entries were thrown out is counted from pg_stat_statements 1.9 on")
        return
    report.checked()
    since = statements.stats_reset or statements.started
    days = max((statements.read_at - since).total_seconds() / 86400, 1.0) if since else 1.0
    rate = statements.evictions / days
    few = statements.maximum < _LEAST and statements.evictions
    if not few and rate <= facts.profile.threshold("pg-stat-statements-not-evicting", _PER_DAY):
        return
    report.fail(
        "setting:pg_stat_statements.max",
        f"{statements.evictions:,} times entries were thrown out for want of room among {statements.maximum:,}: sums "
        "over statements are too low",
        {"evictions": statements.evictions, "maximum": statements.maximum, "per_day": round(rate, 1)},
        fix=Fix(
            "alter-system-setting",
            {"setting": "pg_stat_statements.max", "value": str(max(2 * statements.maximum, _LEAST))},
        ),
    )


RULE = Rule(
    id="pg-stat-statements-not-evicting",
    title="pg_stat_statements has room",
    category=Category.QUERIES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Entries were thrown out at most 10 times a day since the reset (threshold "
    "pg-stat-statements-not-evicting), never where pg_stat_statements.max is below 5,000.",
    why="When the table is full, the least used entries go, twenty at a time, with all that they had counted. A rare "
    "but dear statement may so never be seen.",
    source="https://www.postgresql.org/docs/current/pgstatstatements.html#PGSTATSTATEMENTS-PG-STAT-STATEMENTS-INFO",
    looks_at="pg_stat_statements_info.dealloc, pg_settings (pg_stat_statements.max)",
    whole=check,
    reads=("statements",),
    unknown_when="pg_stat_statements is missing or older than 1.9",
)
