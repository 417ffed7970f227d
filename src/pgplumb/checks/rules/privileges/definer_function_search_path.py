"""SECURITY DEFINER functions say where they look for names."""

from __future__ import annotations

from pgplumb.catalog.model import Function
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part


def search_path(function: Function) -> tuple[str, ...] | None:
    """Return the schemas of a function's own search_path; None where it has none, empty for ''."""
    for entry in function.config:
        name, _, value = entry.partition("=")
        if name == "search_path":
            parts = (p.strip().strip('"') for p in value.split(","))
            return tuple(p for p in parts if p)
    return None


def is_safe(path: tuple[str, ...]) -> bool:
    """Whether temporary objects come last, or names have to be qualified anyway."""
    return set(path) <= {"pg_catalog"} or path[-1] == "pg_temp"


def check(facts: Facts, report: Report) -> None:
    """Look at the SET clauses; a BEGIN ATOMIC body was resolved when it was made and needs none."""
    for function in facts.catalog.user_functions():
        if not function.security_definer:
            continue
        report.checked()
        path = search_path(function)
        if function.sql_body or (path is not None and is_safe(path)):
            continue
        name = function.id.removeprefix("function:")
        said = (
            f"{name} runs with its owner's rights but finds names on the caller's search_path"
            if path is None
            else f"{name} has a search_path without pg_temp at its end: a caller's temporary table comes "
            "before every other"
        )
        # What it found so far by the usual path stays found; an empty path would need a body of qualified names.
        schemas = path or (function.schema,)
        value = ", ".join(part(s) for s in (*(s for s in schemas if s != "pg_temp"), "pg_temp"))
        report.fail(
            function.id,
            said,
            {"search_path": None if path is None else ", ".join(path), "language": function.language},
            fix=Fix("set-function-option", {"function": name, "setting": "search_path", "value": value}),
        )


RULE = Rule(
    id="definer-function-search-path",
    title="SECURITY DEFINER functions pin search_path",
    category=Category.PRIVILEGES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every SECURITY DEFINER function sets search_path to '' or pg_catalog alone, or to a list that "
    "ends in pg_temp, or has a BEGIN ATOMIC body.",
    why="Otherwise the caller decides which table or function its unqualified names mean, by search_path "
    "or by a temporary table, and so runs code with the owner's rights.",
    source="https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY",
    looks_at="pg_proc (prosecdef, proconfig, prosqlbody)",
    whole=check,
    reads=("catalog.functions",),
    not_applicable_when="there is no SECURITY DEFINER function",
)
