"""Compiling costs less than it saves."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import is_off, server_value
from pgplumb.checks.statement_names import statement_id, title

_SHARE = 0.3
_TOTAL_MS = 1000.0


def check(facts: Facts, report: Report) -> None:
    """Look at how much of each statement's time went into compiling."""
    if is_off(server_value(facts.catalog, "jit")):
        return
    statements = report.known(facts.statements)
    if statements is None:
        return
    known = [s for s in statements.entries if s.toplevel and s.jit_ms is not None]
    if not known and statements.entries:
        report.unknown("time spent compiling is counted from pg_stat_statements 1.10 on")
        return
    for statement in known:
        if statement.total_ms < _TOTAL_MS or not statement.jit_ms:
            continue
        report.checked()
        share = statement.jit_ms / statement.total_ms
        if share > facts.profile.threshold("jit-sane", _SHARE):
            report.fail(
                statement_id(statement),
                f"{share:.0%} of the time of {title(statement)} goes into compiling it",
                {"share": round(share, 3), "jit_ms": round(statement.jit_ms), "calls": statement.calls},
                related=("setting:jit",),
                fix=Fix("alter-role-setting", {"role": statement.role, "setting": "jit", "value": "off"})
                if any(r.name == statement.role for r in facts.catalog.roles.values())
                else None,
            )


RULE = Rule(
    id="jit-sane",
    title="Compiling pays",
    category=Category.QUERIES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No statement with at least 1 s in all since the reset spends more than 30 % of its time on JIT compilation "
    "(threshold jit-sane).",
    why="The server compiles a query when its estimated cost is high, each time anew. For short queries with high "
    "estimates, over partitions above all, that takes longer than running them.",
    source="https://www.postgresql.org/docs/current/jit-decision.html",
    looks_at="pg_stat_statements (jit_generation_time and the like), pg_settings (jit)",
    whole=check,
    reads=("statements", "catalog.settings", "catalog.setting_overrides", "catalog.roles"),
    unknown_when="pg_stat_statements is missing or older than 1.10",
    not_applicable_when="jit is off, or no statement was compiled",
)
