"""Large tables of tenants have an index led by the tenant column."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import SMALL, tenant_column


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the first column of each index, and of the partition key."""
    column = tenant_column(table, facts)
    if column is None:
        return
    estimate = rows(table, facts)
    least = facts.profile.threshold("tenant-leading-index", SMALL)
    if estimate is not None and estimate < least:
        return
    report.checked()
    if table.partition_key is not None and table.partition_key.columns[:1] == (column.number,):
        return
    leading = [i for i in table.indexes if i.key_columns[:1] == (column.number,) and i.is_valid]
    if any(not i.has_predicate for i in leading):
        return
    if estimate is None:
        report.unknown(f"{table.qualified} was never analysed, so its size is not known")
        return
    report.fail(
        table.id,
        f"{table.qualified} has about {estimate:,.0f} rows and no index that starts with {column.name}: "
        "reading one tenant's rows reads those of all",
        {"rows": int(estimate), "partial_indexes": [i.name for i in leading]},
        fix=Fix("create-index", {"table": table.qualified, "columns": (column.name,)}),
    )


RULE = Rule(
    id="tenant-leading-index",
    title="Large tables have an index led by the tenant",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every table with a tenant column and at least 1,000 rows (threshold tenant-leading-index) has "
    "a valid index without predicate whose first column it is, or is partitioned by it.",
    why="Policies and queries ask for one tenant's rows. Without an index that starts with the tenant, "
    "each such question costs as much as all tenants together.",
    source="https://www.postgresql.org/docs/current/indexes-multicolumn.html",
    looks_at="pg_index.indkey, pg_partitioned_table, pg_class.reltuples",
    each_table=check,
    reads=("tenancy", "statistics"),
    unknown_when="a table was never analysed, so that its size is not known",
    not_applicable_when="no table with a tenant column is large enough",
)
