"""Tables with row-level security have a policy."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a permissive policy, unless nobody but the owner has a privilege anyway."""
    if not table.row_security:
        return
    report.checked()
    if any(policy.permissive for policy in table.policies):
        return
    if table.comment and ("deny-all" in table.comment.lower() or "@deny" in table.comment.lower()):
        return
    who = exposure(facts.catalog)
    holders = tuple(dict.fromkeys((*who.readers(table), *who.writers(table))))
    if not holders:
        return
    report.fail(
        table.id,
        f"{table.qualified} has row-level security and no permissive policy, so {shown(holders)} "
        "see no row of it in spite of their privileges",
        {"roles": holders, "restrictive_policies": len(table.policies)},
    )


RULE = Rule(
    id="rls-has-policy",
    title="Tables with row-level security have a policy",
    category=Category.TENANCY,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="Every table with row-level security has a permissive policy, or is commented deny-all, or grants "
    "application roles nothing.",
    why="Without a permissive policy no row passes. That is a sound way to close a table, but then its "
    "privileges should not promise otherwise.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_class (relrowsecurity, relacl), pg_policy, pg_description",
    each_table=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no table has row-level security",
)
