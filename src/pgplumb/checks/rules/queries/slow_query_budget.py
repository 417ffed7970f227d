"""No frequent statement is slow."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import say_hidden, statement_id, title

_MEAN_MS = 20.0
_CALLS = 100


def check(facts: Facts, report: Report) -> None:
    """Look at mean time and calls of each entry since the reset."""
    statements = report.known(facts.statements)
    if statements is None:
        return
    mean = facts.profile.threshold("slow-query-budget", _MEAN_MS)
    calls = facts.profile.threshold("slow-query-budget-calls", _CALLS)
    seen = [s for s in statements.entries if s.toplevel and s.calls >= calls]
    report.checked(len(seen))
    for statement in seen:
        if statement.mean_ms < mean:
            continue
        report.fail(
            statement_id(statement),
            f"{title(statement)} took {statement.mean_ms:,.1f} ms on average over {statement.calls:,} calls "
            f"of {statement.role}",
            {
                "mean_ms": round(statement.mean_ms, 2),
                "calls": statement.calls,
                "total_ms": round(statement.total_ms, 1),
                "role": statement.role,
            },
        )
    say_hidden(statements, report)


RULE = Rule(
    id="slow-query-budget",
    title="No frequent statement is slow",
    category=Category.QUERIES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No statement with at least 100 calls since the reset (threshold slow-query-budget-calls) takes "
    "20 ms or more on average (threshold slow-query-budget).",
    why="A request of an application runs many statements one after the other, so each has a few "
    "milliseconds. Reports and batch jobs may take longer: waive those by their number.",
    source="https://www.postgresql.org/docs/current/pgstatstatements.html",
    looks_at="pg_stat_statements (mean_exec_time, calls)",
    whole=check,
    reads=("statements",),
    unknown_when="pg_stat_statements is missing, or other roles' statements are hidden",
    not_applicable_when="no statement has enough calls since the reset",
)
