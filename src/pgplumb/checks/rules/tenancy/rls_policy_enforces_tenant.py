"""Policies compare the tenant column with the session."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pgplumb.catalog.relation import Policy, Relation
from pgplumb.catalog.unread import Text, Unread
from pgplumb.checks.expressions import read_expression
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import (
    COMMANDS,
    READING,
    covers,
    floors,
    only_for_exempt_roles,
    role_names,
    using,
)
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.session_values import function_names
from pgplumb.checks.tenant_tests import KEEPS, Row, Verdict, judge
from pgplumb.checks.tenants import never_null, tenant_column


def row_of(table: Relation, policy: Policy, facts: Facts) -> Row | None:
    """Return what the judgement needs of a table; None without a tenant column."""
    column = tenant_column(table, facts)
    if column is None:
        return None
    return Row(
        table.name,
        column.name,
        never_null(table, column),
        0 in policy.roles,
        function_names(facts.catalog),
    )


def judge_text(text: Text | None, row: Row) -> Verdict:
    """Judge an expression as the server prints it; an absent one lets nothing through."""
    if text is None:
        return KEEPS
    # Without its table's name in it, an expression means the same on every table, and many have the same.
    named = isinstance(text, str) and row.table.replace('"', '""') in text
    return _judge_text(text, row if named else replace(row, table=""))


@lru_cache(maxsize=16384)
def _judge_text(text: Text, row: Row) -> Verdict:
    node = read_expression(text)
    if node is None or isinstance(node, Unread):
        return Verdict(None, node.reason) if node is not None else KEEPS
    return judge(node, row)


def judge_gate(text: Text | None, floor: tuple[Text | None, ...], row: Row) -> Verdict:
    """Judge an expression together with the restrictive ones that are AND-ed to it."""
    verdicts = [judge_text(text, row), *(judge_text(other, row) for other in floor if other is not None)]
    if any(v.keeps for v in verdicts):
        return KEEPS
    return next((v for v in verdicts if v.keeps is None), verdicts[0])


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Judge USING of each permissive policy for each command that it looks for rows with."""
    if not table.row_security:
        return
    for policy in table.policies:
        row = row_of(table, policy, facts)
        if row is None or not policy.permissive or only_for_exempt_roles(policy, facts.catalog):
            continue
        commands = [c for c in READING if covers(policy, c)]
        if not commands or not policy.has_using:
            continue
        report.checked()
        worst = KEEPS
        leaking = []
        for command in commands:
            floor = tuple(using(p) for p in floors(table, policy, command))
            verdict = judge_gate(using(policy), floor, row)
            if verdict.keeps is False:
                leaking.append(COMMANDS[command])
                worst = verdict
            elif verdict.keeps is None and worst.keeps is not False:
                worst = verdict
        if worst.keeps is None:
            report.unknown(f"{policy.name} on {table.qualified}: {worst.reason}")
        elif worst.keeps is False:
            report.fail(
                table.policy_id(policy),
                f"policy {policy.name} on {table.qualified} lets other tenants' rows through for "
                f"{', '.join(leaking)}: {worst.reason}",
                {
                    "using": str(policy.using),
                    "commands": tuple(leaking),
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
