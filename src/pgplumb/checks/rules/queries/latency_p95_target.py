"""Frequent statements end in time."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import say_hidden, statement_id, title
from pgplumb.workload.percentiles import p95

_TARGET_MS = 100.0
_CALLS = 1000


def check(facts: Facts, report: Report) -> None:
    """Estimate where 95 of 100 calls end; a bound below the target is a pass, one above it decides nothing."""
    statements = report.known(facts.statements)
    if statements is None:
        return
    target = facts.profile.threshold("latency-p95-target", _TARGET_MS)
    calls = facts.profile.threshold("latency-p95-target-calls", _CALLS)
    undecided = 0
    for statement in statements.entries:
        if not statement.toplevel or statement.calls < calls:
            continue
        report.checked()
        found = p95(statement)
        if found.ms is not None and found.ms <= target:
            continue
        if found.kind != "fit":
            # The mean alone may be above it: then at least some calls are, but not how many.
            undecided += 1
            continue
        report.fail(
            statement_id(statement),
            f"95 of 100 calls of {title(statement)} take up to about {found.ms:,.0f} ms, by estimate; the target is "
            f"{target:g} ms",
            {
                "p95_ms": round(found.ms or 0.0, 1),
                "estimate": "lognormal",
                "mean_ms": round(statement.mean_ms, 2),
                "stddev_ms": round(statement.stddev_ms or 0.0, 2),
                "calls": statement.calls,
                "role": statement.role,
            },
        )
    if undecided:
        report.unknown(
            f"calls of {undecided} statements differ too much for an estimate: the server keeps no percentiles"
        )
    say_hidden(statements, report)


RULE = Rule(
    id="latency-p95-target",
    title="Frequent statements end in time",
    category=Category.QUERIES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="95 of 100 calls of every statement with at least 1,000 calls since the reset (threshold "
    "latency-p95-target-calls) end within 100 ms (threshold latency-p95-target), as estimated from mean and standard "
    "deviation.",
    why="Users feel the slow calls, not the mean. pg_stat_statements keeps no percentiles: the estimate is given where "
    "calls are of one kind, and nothing is said where they are not.",
    source="https://www.postgresql.org/docs/current/pgstatstatements.html",
    looks_at="pg_stat_statements (mean_exec_time, stddev_exec_time, max_exec_time, calls)",
    whole=check,
    reads=("statements",),
    unknown_when="pg_stat_statements is missing or hidden, or calls differ too much for an estimate",
    not_applicable_when="no statement has enough calls since the reset",
)
