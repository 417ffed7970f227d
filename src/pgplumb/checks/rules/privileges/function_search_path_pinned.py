"""Functions say where they look names up."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_COMPILED = frozenset(("c", "internal"))


def check(facts: Facts, report: Report) -> None:
    """Look at functions that run with their caller's rights and are never inlined."""
    for function in facts.catalog.user_functions():
        if function.kind not in "fp" or function.security_definer or function.language in _COMPILED:
            continue
        # A pinned SQL function is no longer inlined, which may cost more than it brings.
        if function.language == "sql":
            continue
        report.checked()
        if any(entry.startswith("search_path=") for entry in function.config):
            continue
        report.fail(
            function.id,
            f"{function.schema}.{function.name} looks names up wherever its caller's search_path says",
            {"language": function.language},
            fix=Fix(
                "set-function-option",
                {
                    "function": function.id.removeprefix("function:"),
                    "setting": "search_path",
                    "value": f"{function.schema}, pg_temp",
                },
            ),
        )


RULE = Rule(
    id="function-search-path-pinned",
    title="Functions pin search_path",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Functions and procedures in PL/pgSQL and other languages, SQL and C aside, have SET search_path; those "
    "with SECURITY DEFINER have a rule of their own.",
    why="A function that was tested with one search_path does something else under another, as in a trigger that fires "
    "during a restore. It runs with its caller's rights, so that it is about working, not about security.",
    source="https://www.postgresql.org/docs/current/sql-createfunction.html",
    looks_at="pg_proc (proconfig, prolang, prosecdef)",
    whole=check,
    reads=("catalog.functions",),
    not_applicable_when="there is no such function",
    optional=True,
)
