"""The tenant column has one type and one target everywhere."""

from __future__ import annotations

from collections import Counter

from pgplumb.catalog.model import Catalog
from pgplumb.checks.column_types import type_text, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import NO_TENANT, tenant_column


def spelling(catalog: Catalog, type_oid: int, typmod: int) -> str:
    """Return a type as SQL names it, domains as what they stand for."""
    return type_text(catalog, *without_domain(catalog, type_oid, typmod))


def check(facts: Facts, report: Report) -> None:
    """Compare every tenant column with what most tables have; the table of tenants decides a tie."""
    catalog, tenancy = facts.catalog, facts.tenancy
    found = [(t, c) for t in catalog.tables if (c := tenant_column(t, facts)) is not None]
    report.checked(len(found))
    if not found:
        return
    types = Counter(spelling(catalog, c.type_oid, c.typmod) for _, c in found)
    root = catalog.relations.get(tenancy.root or 0)
    key = root.column_named(tenancy.root_column) if root and tenancy.root_column else None
    usual = spelling(catalog, key.type_oid, key.typmod) if key else types.most_common(1)[0][0]
    for table, column in found:
        own = spelling(catalog, column.type_oid, column.typmod)
        if own != usual:
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{column.name} is {own}, but the tenant column is {usual} elsewhere",
                {"type": own, "usual": usual, "tables": types[usual]},
                related=(root.id,) if root else (),
                fix=Fix("change-type", {"table": table.qualified, "column": column.name, "type": usual}),
            )
        for foreign in table.foreign_keys:
            target = catalog.relations.get(foreign.foreign_relation)
            if foreign.columns == (column.number,) and root and target and target.oid != root.oid:
                report.fail(
                    table.constraint_id(foreign),
                    f"{table.qualified}.{column.name} refers to {target.qualified}, but the tenants are in "
                    f"{root.qualified}",
                    {"target": target.qualified, "usual": root.qualified},
                    related=(target.id, root.id),
                )


RULE = Rule(
    id="tenant-column-type-uniform",
    title="The tenant column has one type and one target",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="The tenant column has the same type in every table, domains counting as what they stand for, "
    "and its foreign keys all refer to the same table.",
    why="Comparing a tenant of one type with one of another needs a cast, which an index cannot serve and "
    "which can make two tenants equal. Two targets mean that two tables disagree on who the tenants "
    "are.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_attribute (atttypid, atttypmod), pg_type, pg_constraint",
    whole=check,
    reads=("tenancy", "catalog.relations", "catalog.types"),
    not_applicable_when=NO_TENANT,
)
