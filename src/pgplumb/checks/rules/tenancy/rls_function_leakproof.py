"""Policies call functions that are safe to call for every row."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.derived import settled
from pgplumb.catalog.model import Catalog, Function
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.expressions import function_name, read_expression
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


@settled("functions")
def _functions(catalog: Catalog) -> dict[str, list[Function]]:
    """Return people's own functions by name, with and without their schema."""
    found: dict[str, list[Function]] = {}
    for function in catalog.functions.values():
        if function.extension is None and function.kind == "f":
            for name in (function.name, f"{function.schema}.{function.name}"):
                found.setdefault(name, []).append(function)
    return found


def problem(function: Function) -> str | None:
    """Return what makes a function unfit for a policy, or None."""
    if function.volatility == "v":
        return "is VOLATILE, so that it runs again for every row and keeps conditions from using an index"
    pinned = any(c.startswith("search_path=") for c in function.config)
    if function.security_definer and not pinned and not function.sql_body:
        return "runs with its owner's rights on the caller's search_path"
    return None


@lru_cache(maxsize=16384)
def calls_in(text: str) -> frozenset[str] | Unread:
    """Return the names of the functions that an expression calls."""
    node = read_expression(text)
    if isinstance(node, Unread):
        return node
    return frozenset(function_name(n) for n in node.walk() if n.kind == "FuncCall") if node else frozenset()


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the functions that each policy calls; where a name has several, all must be unfit to be called so."""
    if not table.row_security:
        return
    named = _functions(facts.catalog)
    for policy in table.policies:
        for text in (policy.using, policy.check):
            if text is None:
                continue
            calls = text if isinstance(text, Unread) else calls_in(text)
            if isinstance(calls, Unread):
                report.unknown(f"{policy.name} on {table.qualified}: {calls.reason}")
                continue
            for name in sorted(calls & named.keys()):
                report.checked()
                said = [problem(f) for f in named[name]]
                if None in said:
                    continue
                report.fail(
                    table.policy_id(policy),
                    f"policy {policy.name} on {table.qualified} calls {name}(), which {said[0]}",
                    {"function": name},
                    related=(*(f.id for f in named[name]), table.id),
                )


RULE = Rule(
    id="rls-function-leakproof",
    title="Functions in policies are safe",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="Functions of your own that policies call are STABLE or IMMUTABLE, and those that are SECURITY DEFINER pin "
    "search_path or have a BEGIN ATOMIC body.",
    why="A policy runs in every query of everybody. A volatile function in it is called row by row, and one with its "
    "owner's rights that looks names up on the caller's path can be made to call anything.",
    source="https://www.postgresql.org/docs/current/xfunc-volatility.html",
    looks_at="pg_policy (polqual, polwithcheck), pg_proc (provolatile, prosecdef, proconfig)",
    each_table=check,
    reads=("catalog.functions",),
    unknown_when="a policy could not be read because its table is locked",
    not_applicable_when="no policy calls a function of your own",
)
