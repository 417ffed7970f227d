"""SECURITY DEFINER functions are executable by those who need them, not by everybody."""

from __future__ import annotations

from pgplumb.catalog.acl import grants
from pgplumb.catalog.model import Catalog, Function
from pgplumb.checks.exposure import revocation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_TRIGGERS = frozenset((2279, 3838))
"""Oids of trigger and event_trigger: such functions cannot be called."""


def callable_definers(catalog: Catalog) -> list[Function]:
    """Return the functions and procedures that run with their owner's rights and can be called by name."""
    return [f for f in catalog.user_functions() if f.security_definer and f.returns not in _TRIGGERS]


def for_public(function: Function) -> bool:
    """Whether PUBLIC may execute a function: also the default, where nothing was ever granted."""
    return function.acl is None or any(not g.grantee and g.holds("X") for g in grants(function.acl))


def check(facts: Facts, report: Report) -> None:
    """Look at EXECUTE for PUBLIC, and at whether PUBLIC may use the schema at all."""
    catalog = facts.catalog
    usable = {
        s.name for s in catalog.schemas.values() if any(not g.grantee and g.holds("U") for g in grants(s.acl))
    }
    granted = {
        s.name
        for s in catalog.schemas.values()
        if any(g.holds("U") and g.grantee != catalog.role_name(s.owner) for g in grants(s.acl))
    }
    for function in callable_definers(catalog):
        report.checked()
        if not for_public(function) or function.schema not in usable | granted:
            continue
        owner = catalog.role_name(function.owner)
        name = function.id.removeprefix("function:")
        report.fail(
            function.id,
            f"every role that may use schema {function.schema} can run {name} with the rights of {owner}",
            {"owner": owner, "acl": function.acl},
            fix=revocation(function.id, ("EXECUTE",), ("PUBLIC",)),
        )


RULE = Rule(
    id="definer-function-not-public",
    title="SECURITY DEFINER functions are not open to PUBLIC",
    category=Category.PRIVILEGES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="PUBLIC has no EXECUTE on any SECURITY DEFINER function in a schema that other roles may use; "
    "trigger functions and those of extensions aside.",
    why="Such a function runs with its owner's rights and past the caller's policies. EXECUTE for PUBLIC "
    "is the default of every new function, so it is open unless somebody closed it.",
    source="https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY",
    looks_at="pg_proc (prosecdef, proacl, prorettype), pg_namespace.nspacl",
    whole=check,
    reads=("catalog.functions", "catalog.schemas", "catalog.roles"),
    not_applicable_when="there is no SECURITY DEFINER function that can be called",
)
