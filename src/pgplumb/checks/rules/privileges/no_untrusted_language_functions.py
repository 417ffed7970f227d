"""Users' functions are in languages that cannot leave the database."""

from __future__ import annotations

from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look at the language of each function that no extension owns."""
    for function in facts.catalog.user_functions():
        if function.kind == "a":
            continue
        report.checked()
        if not function.language_trusted:
            name = function.id.removeprefix("function:")
            report.fail(
                function.id,
                f"{name} is written in {function.language}, which can read files and run programs as the "
                "server",
                {"language": function.language, "owner": facts.catalog.role_name(function.owner)},
            )


RULE = Rule(
    id="no-untrusted-language-functions",
    title="No function in an untrusted language",
    category=Category.PRIVILEGES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No function outside extensions is written in C, internal, plpython3u or another untrusted "
    "language.",
    why="Such code runs with the rights of the server's operating system user and can crash it. Only "
    "superusers can create it, so each one should be known by name.",
    source="https://www.postgresql.org/docs/current/sql-createlanguage.html",
    looks_at="pg_proc.prolang, pg_language.lanpltrusted",
    whole=check,
    reads=("catalog.functions",),
    not_applicable_when="there is no function outside extensions",
)
