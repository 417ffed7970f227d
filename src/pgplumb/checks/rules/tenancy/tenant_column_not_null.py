"""The tenant column is never NULL."""

from __future__ import annotations

from pgplumb.catalog.held import held_rows
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import NO_TENANT, never_null, tenant_column


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at NOT NULL, or a valid CHECK that says the same."""
    column = tenant_column(table, facts)
    if column is None:
        return
    report.checked()
    if never_null(table, column):
        return
    report.fail(
        table.column_id(column),
        f"{table.qualified}.{column.name} may be NULL: such a row belongs to nobody and no policy finds it",
        {"rows": held_rows(table, facts.catalog)},
        related=(table.id,),
        fix=Fix("set-not-null", {"table": table.qualified, "column": column.name}),
    )


RULE = Rule(
    id="tenant-column-not-null",
    title="The tenant column is NOT NULL",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="The tenant column of every table is NOT NULL, or a valid CHECK says that it is.",
    why="A row without a tenant is seen by nobody or, where a policy lets NULL through, by everybody. NULL "
    "also passes foreign keys and UNIQUE constraints that are meant to hold per tenant.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL",
    looks_at="pg_attribute.attnotnull, pg_constraint (contype c)",
    each_table=check,
    reads=("tenancy",),
    not_applicable_when=NO_TENANT,
)
