"""Rows do not change hands."""

from __future__ import annotations

import re

from pgplumb.catalog.acl import grants
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.exposure import exposure, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.policies import bound, checking, covers, floors, only_for_exempt_roles
from pgplumb.checks.policy_gates import judge_gate, row_of
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import NO_TENANT, tenant_column

_GUARD = re.compile(r"tenant|immutable|read_?only|protect|prevent|forbid|guard|freeze|no_update")


def _updatable(table: Relation, column: Column, facts: Facts) -> tuple[str, ...]:
    """Return the application roles that hold UPDATE on the tenant column, by the table's grants or its own."""
    who = exposure(facts.catalog)
    holders = who.holders(table, "w")
    if who.grantees(table, "w") or any("pg_write_all_data" in name for name in holders):
        return holders
    named = {grant.grantee for grant in grants(column.acl) if grant.holds("w")}
    return holders if named else ()


def _triggered(table: Relation, column: Column, facts: Facts) -> bool:
    """Whether a trigger looks at updates of the column, or is called like one that does."""
    for trigger in table.triggers:
        if trigger.internal or trigger.enabled not in "OA" or "UPDATE" not in trigger.events:
            continue
        function = facts.catalog.functions.get(trigger.function)
        name = f"{trigger.name} {function.name if function else ''}".lower()
        if column.number in trigger.columns or (not trigger.columns and _GUARD.search(name)):
            return True
    return False


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for a policy, a trigger or missing privileges that keep a row with its tenant."""
    column = tenant_column(table, facts)
    if column is None:
        return
    report.checked()
    holders = bound(_updatable(table, column, facts), facts.catalog)
    if not holders or column.generated or _triggered(table, column, facts):
        return
    if table.row_security:
        gates = [
            judge_gate(checking(policy), tuple(checking(p) for p in floors(table, policy, "w")), row)
            for policy in table.policies
            if policy.permissive
            and covers(policy, "w")
            and not only_for_exempt_roles(policy, facts.catalog)
            and (row := row_of(table, policy, facts)) is not None
        ]
        if all(gate.keeps for gate in gates):
            return
        if not any(gate.keeps is False for gate in gates):
            report.unknown(f"the policies of {table.qualified} have a form that is not understood")
            return
    report.fail(
        table.column_id(column),
        f"{shown(holders)} can set {table.qualified}.{column.name} anew and so hand rows to another tenant",
        {"roles": holders, "row_security": table.row_security},
        related=(table.id,),
    )


RULE = Rule(
    id="tenant-column-immutable",
    title="Rows stay with their tenant",
    category=Category.TENANCY,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No application role without BYPASSRLS can UPDATE the tenant column, or policies let it write the "
    "session's tenant alone, or a trigger looks at updates of the column or is called like a guard.",
    why="A row that changes its tenant takes along what refers to it only in part, and shows up at somebody else's. No "
    "request of an application ever needs to do that; moving a customer is a migration.",
    source="https://www.postgresql.org/docs/current/ddl-priv.html",
    looks_at="pg_class.relacl, pg_attribute.attacl, pg_policy (polwithcheck), pg_trigger",
    each_table=check,
    reads=("tenancy", "catalog.roles", "catalog.memberships", "catalog.schemas", "catalog.functions"),
    unknown_when="a policy has a form that is not understood, or its table is locked",
    not_applicable_when=NO_TENANT,
)
