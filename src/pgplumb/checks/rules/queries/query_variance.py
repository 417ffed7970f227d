"""A statement takes about as long each time."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import statement_id, title

_RATIO = 5.0
_CALLS = 1000
_TOTAL_MS = 1000.0


def check(facts: Facts, report: Report) -> None:
    """Compare the standard deviation of each hot statement with its mean."""
    statements = report.known(facts.statements)
    if statements is None:
        return
    for statement in statements.entries:
        if not statement.toplevel or statement.calls < _CALLS or statement.total_ms < _TOTAL_MS:
            continue
        if statement.stddev_ms is None or statement.mean_ms <= 0:
            continue
        report.checked()
        ratio = statement.stddev_ms / statement.mean_ms
        if ratio >= facts.profile.threshold("query-variance", _RATIO):
            report.fail(
                statement_id(statement),
                f"{title(statement)} takes {statement.mean_ms:,.2f} ms on average and up to "
                f"{statement.max_ms or 0:,.0f} ms: some of its calls are of another kind",
                {
                    "ratio": round(ratio, 1),
                    "mean_ms": round(statement.mean_ms, 3),
                    "stddev_ms": round(statement.stddev_ms, 2),
                    "calls": statement.calls,
                },
            )


RULE = Rule(
    id="query-variance",
    title="Calls of a statement are alike",
    category=Category.QUERIES,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="The standard deviation of every statement with at least 1,000 calls and 1 s in all since the reset is "
    "below five times its mean (threshold query-variance).",
    why="A few calls that take a hundred times as long wait for a lock, read what is not cached, or have a plan made "
    "for other values. The mean hides them.",
    source="https://www.postgresql.org/docs/current/pgstatstatements.html",
    looks_at="pg_stat_statements (mean_exec_time, stddev_exec_time)",
    whole=check,
    reads=("statements",),
    unknown_when="pg_stat_statements is missing",
    not_applicable_when="no statement has enough calls since the reset",
)
