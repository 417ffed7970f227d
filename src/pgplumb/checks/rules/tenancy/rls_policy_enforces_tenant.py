"""Policies compare the tenant column with the session."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import READING, role_names, using
from pgplumb.checks.policy_gates import judge_policy, permissive
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Judge USING of each permissive policy for each command that it looks for rows with."""
    for policy, row, commands in permissive(table, READING, facts):
        if not policy.has_using:
            continue
        report.checked()
        worst, leaking = judge_policy(table, policy, commands, using, row)
        if worst.keeps is None:
            report.unknown(f"{policy.name} on {table.qualified}: {worst.reason}")
        elif worst.keeps is False:
            report.fail(
                table.policy_id(policy),
                f"policy {policy.name} on {table.qualified} lets other tenants' rows through for "
                f"{', '.join(leaking)}: {worst.reason}",
                {
                    "using": str(policy.using),
                    "commands": leaking,
                    "roles": role_names(policy, facts.catalog),
                    "tenant_column": row.tenant,
                },
                related=(table.id,),
            )


RULE = Rule(
    id="rls-policy-enforces-tenant",
    title="Policies compare the tenant with the session",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="USING of every permissive policy, together with the restrictive ones that bind the same roles, "
    "requires in each of its OR arms that the tenant column equals a value of the session, directly or "
    "through a membership.",
    why="Permissive policies are joined by OR: one that tests something else opens the table whatever the "
    "others say. That a policy exists says nothing about what it compares.",
    source="https://www.postgresql.org/docs/current/sql-createpolicy.html",
    looks_at="pg_policy (polqual, polpermissive, polroles, polcmd), parsed",
    each_table=check,
    reads=("tenancy", "catalog.roles", "catalog.functions"),
    unknown_when="a policy has a form that is not understood (user functions of the row, joins to other "
    "tables), or its table is locked",
    not_applicable_when="no table with a tenant column has row-level security with a permissive policy",
)
