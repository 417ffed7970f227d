"""Policies for INSERT and UPDATE check the tenant of the new row."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import WRITING, checking, role_names
from pgplumb.checks.policy_gates import judge_policy, permissive
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Judge WITH CHECK, or USING where it stands in for it, of each permissive policy that makes rows."""
    for policy, row, commands in permissive(table, WRITING, facts):
        report.checked()
        worst, leaking = judge_policy(table, policy, commands, checking, row)
        if worst.keeps is None:
            report.unknown(f"{policy.name} on {table.qualified}: {worst.reason}")
        elif worst.keeps is False:
            report.fail(
                table.policy_id(policy),
                f"policy {policy.name} on {table.qualified} lets {' and '.join(leaking)} write rows of other "
                f"tenants: {worst.reason}",
                {
                    "check": str(checking(policy)),
                    "commands": leaking,
                    "roles": role_names(policy, facts.catalog),
                    "tenant_column": row.tenant,
                },
                related=(table.id,),
            )


RULE = Rule(
    id="rls-write-check-enforces-tenant",
    title="Policies check the tenant of written rows",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="WITH CHECK of every permissive policy for INSERT, UPDATE or ALL (USING where it has none), "
    "together with the restrictive ones, requires that the tenant column of the new row equals a value "
    "of the session.",
    why="USING guards the rows that are found, WITH CHECK the rows that are made. A check that looks at "
    "anything else lets a tenant write into another's data, or hand its own rows over.",
    source="https://www.postgresql.org/docs/current/sql-createpolicy.html",
    looks_at="pg_policy (polwithcheck, polqual, polcmd), parsed",
    each_table=check,
    reads=("tenancy", "catalog.roles", "catalog.functions"),
    unknown_when="a policy has a form that is not understood, or its table is locked",
    not_applicable_when="no table with a tenant column has row-level security with a policy for INSERT or UPDATE",
)
