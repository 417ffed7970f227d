"""Every table that holds a tenant's rows has the tenant column."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import type_text
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import NO_TENANT

BOOKKEEPING = frozenset(
    (
        "schema_migrations",
        "schema_version",
        "schema_versions",
        "ar_internal_metadata",
        "alembic_version",
        "flyway_schema_history",
        "databasechangelog",
        "databasechangeloglock",
        "django_migrations",
        "_prisma_migrations",
        "knex_migrations",
        "knex_migrations_lock",
        "goose_db_version",
        "spatial_ref_sys",
    )
)
"""Tables that migration tools keep for themselves."""


def is_shared(table: Relation, facts: Facts) -> bool:
    """Whether a table is for all tenants: said so, or a lookup that tenants' rows refer to and no more."""
    if table.comment and "@global" in table.comment:
        return True
    if table.name in BOOKKEEPING:
        return True
    tenancy, catalog = facts.tenancy, facts.catalog
    held = tenancy.column_of
    if any(k.foreign_relation in held or k.foreign_relation == tenancy.root for k in table.foreign_keys):
        return False
    return any(
        child.oid in held or child.oid == tenancy.root for child, _ in catalog.referencing.get(table.oid, ())
    )


def has_parent(table: Relation, facts: Facts) -> Relation | None:
    """Return a table with the tenant column that every row of this one belongs to, if there is one."""
    for key in table.foreign_keys:
        if key.foreign_relation in facts.tenancy.column_of and all(
            (column := table.column(number)) and column.not_null for number in key.columns
        ):
            return facts.catalog.relations.get(key.foreign_relation)
    return None


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the column, unless the table is the tenants' own or shared by all."""
    tenancy = facts.tenancy
    if tenancy.name is None or table.oid == tenancy.root:
        return
    if table.oid in tenancy.column_of:
        report.checked()
        return
    if is_shared(table, facts):
        return
    report.checked()
    if not tenancy.stated and tenancy.confidence == "low":
        report.unknown(f"{tenancy.name} may be the tenant column ({tenancy.reason}): state it in the profile")
        return
    parent = has_parent(table, facts)
    if parent is not None and facts.profile.threshold("tenant-column-present-by-parent", 0):
        return
    reached = f"; its rows belong to {parent.qualified}" if parent else ""
    report.fail(
        table.id,
        f"{table.qualified} has no {tenancy.name}: nothing says whose its rows are{reached}",
        {
            "tenant_column": tenancy.name,
            "why": tenancy.reason,
            "parent": parent.qualified if parent else None,
        },
        related=(parent.id,) if parent else (),
        fix=_fix(table, facts),
    )


def _fix(table: Relation, facts: Facts) -> Fix | None:
    """Add the column with the type that it has elsewhere, without NOT NULL: rows must be filled first."""
    for oid, name in facts.tenancy.column_of.items():
        sibling = facts.catalog.relations.get(oid)
        column = sibling.column_named(name) if sibling else None
        if column is not None and column.type_oid in facts.catalog.types:
            kind = type_text(facts.catalog, column.type_oid, column.typmod)
            return Fix("add-column", {"table": table.qualified, "column": facts.tenancy.name, "type": kind})
    return None


RULE = Rule(
    id="tenant-column-present",
    title="Every table has the tenant column",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every table has the tenant column, but for the table of tenants, tables commented @global, "
    "lookups that tenants' rows refer to, and the tables of migration tools.",
    why="Row-level security, indexes and exports by tenant all start from a column in the row itself. A "
    "table that reaches its tenant through joins is slower to guard and easier to leave open.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_attribute, pg_constraint (foreign keys), pg_description",
    each_table=check,
    reads=("tenancy",),
    unknown_when="the tenant column is only guessed from a few names",
    not_applicable_when=NO_TENANT,
)
