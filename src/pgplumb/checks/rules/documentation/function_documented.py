"""Functions have a comment."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_TRIGGERS = frozenset((2279, 3838))


def check(facts: Facts, report: Report) -> None:
    """Look at functions and procedures that can be called: triggers' functions are explained by their tables."""
    for function in facts.catalog.user_functions():
        if function.returns in _TRIGGERS:
            continue
        report.checked()
        if function.comment is None or not function.comment.strip():
            name = function.id.removeprefix("function:")
            kind = "procedure" if function.kind == "p" else "function"
            report.fail(function.id, f"{kind} {name} has no comment", {"language": function.language})


RULE = Rule(
    id="function-documented",
    title="Functions have comments",
    category=Category.DOCUMENTATION,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every function and procedure that is no trigger's and no extension's has a comment that is not "
    "blank.",
    why="Whoever calls it sees a name and types. What it changes, and what it does with NULL, is otherwise "
    "found out by reading its body.",
    source="https://www.postgresql.org/docs/current/sql-comment.html",
    looks_at="pg_proc, pg_description",
    whole=check,
    reads=("catalog.functions",),
    not_applicable_when="there is no function outside extensions and triggers",
)
