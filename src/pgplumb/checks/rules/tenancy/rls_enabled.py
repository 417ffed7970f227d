"""Tables of tenants that an application role can read have row-level security."""

from __future__ import annotations

from pgplumb.catalog.held import held_rows
from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import tenant_column
from pgplumb.checks.usual_policy import usual_condition


def holds_tenant_rows(table: Relation, facts: Facts) -> bool:
    """Whether rows belong to tenants: by the column, as the table of tenants, or by a foreign key to either."""
    tenancy = facts.tenancy
    if table.oid in tenancy.column_of or table.oid == tenancy.root:
        return True
    return any(key.foreign_relation in tenancy.column_of for key in table.foreign_keys)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at who can read the table, then at whether row-level security is on."""
    if not holds_tenant_rows(table, facts):
        return
    readers = exposure(facts.catalog).readers(table)
    if not readers:
        return
    report.checked()
    if table.row_security:
        return
    report.fail(
        table.id,
        f"{shown(readers)} can read {table.qualified}, and row-level security is off: every "
        "tenant's rows are visible",
        {"readers": readers, "policies": len(table.policies), "rows": held_rows(table, facts.catalog)},
        related=tuple(p for p in (table.policy_id(policy) for policy in table.policies)),
        fix=_fix(table, facts),
    )


def _fix(table: Relation, facts: Facts) -> Fix | None:
    """Turn it on where policies stand ready, or with one as other tables have: bare, it would hide every row."""
    if any(policy.permissive for policy in table.policies):
        return Fix("enable-rls", {"table": table.qualified})
    column = tenant_column(table, facts)
    condition = usual_condition(table, column, facts) if column is not None else None
    return Fix("enable-rls", {"table": table.qualified, "using": condition}) if condition else None


RULE = Rule(
    id="rls-enabled",
    title="Tables that applications read have row-level security",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every table of tenants' rows that a role other than its owner and superusers can read has "
    "row-level security enabled.",
    why="Without it, one forgotten WHERE in one query shows a tenant the rows of all others. With it, the "
    "server adds the condition to every query of the role.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_class (relrowsecurity, relacl), pg_attribute.attacl, pg_namespace.nspacl, pg_roles, "
    "pg_auth_members",
    each_table=check,
    reads=(
        "tenancy",
        "catalog.roles",
        "catalog.memberships",
        "catalog.schemas",
        "catalog.functions",
    ),
    not_applicable_when="no application role other than the owner can read a table of tenants' rows, "
    "or no tenant column is recognised",
)
