"""Policies stand on tables where row-level security is on."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for policies where the switch is off; partitions have policies of their own."""
    if not relation.policies:
        return
    report.checked()
    if relation.row_security:
        return
    names = tuple(policy.name for policy in relation.policies)
    report.fail(
        relation.id,
        f"{relation.qualified} has {len(names)} {'policy' if len(names) == 1 else 'policies'} and row-level "
        "security is off: none of them does anything",
        {"policies": names},
        related=tuple(relation.policy_id(policy) for policy in relation.policies),
        fix=Fix("enable-rls", {"table": relation.qualified}),
    )


RULE = Rule(
    id="policy-needs-rls",
    title="No policy stands where row-level security is off",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every table or partition that has a policy has row-level security enabled.",
    why="A policy does nothing until row-level security is enabled on its table, and nothing says so. "
    "Whoever reads the policy believes the table guarded.",
    source="https://www.postgresql.org/docs/current/sql-createpolicy.html",
    looks_at="pg_policy, pg_class.relrowsecurity",
    each_relation=check,
    not_applicable_when="there is no policy",
)
