"""Functions that build SQL quote what they are given."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.model import Catalog, Function
from pgplumb.checks.column_types import without_domain
from pgplumb.checks.dynamic_sql import Built, built
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_READ = ("plpgsql", "sql", "c", "internal")
_DOCUMENTS = ("json", "jsonb", "xml")
_built = lru_cache(maxsize=4096)(built)


def holds_any_text(catalog: Catalog, type_oid: int) -> bool:
    """Whether values of a type can hold SQL of somebody's choosing: texts, documents, arrays of them."""
    oid, _ = without_domain(catalog, type_oid, -1)
    kind = catalog.types.get(oid)
    if kind is None:
        return False
    if kind.element and kind.category == "A":
        return holds_any_text(catalog, kind.element)
    return (
        kind.category == "S" or kind.name in _DOCUMENTS or (kind.kind == "p" and kind.name.startswith("any"))
    )


def judged(function: Function, catalog: Catalog) -> Built:
    """Return what becomes of the arguments of a function that says EXECUTE."""
    if function.dynamic is None:
        return Built()
    names = function.dynamic.arguments or ("",) * len(function.arguments)
    followed = tuple(
        (name or f"${at}") if holds_any_text(catalog, kind) else None
        for at, (name, kind) in enumerate(zip(names, function.arguments, strict=False), 1)
    )
    return _built(function.dynamic.text, function.name, followed)


def check(facts: Facts, report: Report) -> None:
    """Follow the arguments of each function in plpgsql into what it executes."""
    for function in facts.catalog.user_functions():
        name = function.id.removeprefix("function:")
        if function.language not in _READ:
            report.unknown(f"{name} is written in {function.language}, which is not read")
        if function.dynamic is None:
            continue
        report.checked()
        found = judged(function, facts.catalog)
        if found.raw:
            rights = " with its owner's rights" if function.security_definer else ""
            report.fail(
                function.id,
                f"{name} puts {', '.join(found.raw)} unquoted into SQL that it executes{rights}: whoever chooses the "
                "value chooses the statement",
                {"arguments": found.raw, "security_definer": function.security_definer},
            )
        elif found.tested:
            report.unknown(
                f"{name} puts {', '.join(found.tested)} unquoted into SQL after a test of it: whether the test keeps "
                "out all that it should is not read"
            )


RULE = Rule(
    id="function-dynamic-sql-quoted",
    title="Functions that build SQL quote what they are given",
    category=Category.PRIVILEGES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="In functions in plpgsql no argument that may hold any text reaches an EXECUTE by ||, concat or %s of "
    "format; it goes through quote_ident, quote_literal, %I, %L, a cast to a type that holds no text, or USING.",
    why="A value that is pasted into a statement can end it and begin another, which then runs with the rights of the "
    "function. With SECURITY DEFINER these are its owner's, so that any caller becomes the owner.",
    source="https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-QUOTE-LITERAL-EXAMPLE",
    looks_at="pg_proc (prosrc, proargnames, proargtypes)",
    whole=check,
    reads=("catalog.functions", "catalog.types"),
    unknown_when="a function is in a language that is not read, or tests an argument before it uses it unquoted",
    not_applicable_when="no function executes SQL that it builds",
)
