"""No single statement takes most of the server's time."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.statement_names import statement_id, title

_SHARE = 1 / 3
_TOTAL_MS = 10_000
_CALLS = 1000


def check(facts: Facts, report: Report) -> None:
    """Add up the entries by statement, since several roles may run the same one."""
    statements = report.known(facts.statements)
    if statements is None:
        return
    entries = [s for s in statements.entries if s.toplevel]
    total = sum(s.total_ms for s in entries) + statements.hidden_ms
    calls = sum(s.calls for s in entries) + statements.hidden_calls
    if total < _TOTAL_MS or calls < _CALLS:
        report.unknown(
            f"only {calls:,} calls took {total / 1000:,.1f} s in all: too little to compare shares"
        )
        return
    report.checked(len(entries))
    by_query: dict[int, float] = {}
    for statement in entries:
        by_query[statement.queryid] = by_query.get(statement.queryid, 0.0) + statement.total_ms
    limit = facts.profile.threshold("query-share-outlier", _SHARE)
    named = {s.queryid: s for s in reversed(entries)}
    for queryid, spent in by_query.items():
        if spent <= limit * total:
            continue
        statement = named[queryid]
        report.fail(
            statement_id(statement),
            f"{title(statement)} takes {spent / total:.0%} of the time of all statements",
            {"share": round(spent / total, 4), "total_ms": round(spent, 1), "calls": statement.calls},
        )


RULE = Rule(
    id="query-share-outlier",
    title="No statement takes a third of the time",
    category=Category.QUERIES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No statement takes more than a third (threshold query-share-outlier) of the execution time of "
    "all, counted over at least 1,000 calls and 10 s.",
    why="Where one statement takes most of the time, it is the one to look at first, even if each call is "
    "fast: half of it saved is worth more than any other work.",
    source="https://www.postgresql.org/docs/current/pgstatstatements.html",
    looks_at="pg_stat_statements.total_exec_time",
    whole=check,
    reads=("statements",),
    unknown_when="pg_stat_statements is missing, or has counted too little",
)
