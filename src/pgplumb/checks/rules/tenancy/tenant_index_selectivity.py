"""Indexes that know the tenant begin with it."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.key_cover import supports_foreign_key
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import tenant_column
from pgplumb.checks.wording import columns_of, index_name
from pgplumb.foundation.names import part


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the tenant column behind another one in btrees that enforce nothing."""
    column = tenant_column(table, facts)
    if column is None:
        return
    for index in table.indexes:
        keys = index.key_columns
        if index.method != "btree" or index.parent or index.enforces or len(keys) < 2:
            continue
        if column.number not in keys:
            continue
        report.checked()
        if keys[0] == column.number or supports_foreign_key(index, table, facts) or 0 in keys:
            continue
        better = table.column_names((column.number, *(n for n in keys if n != column.number)))
        where: dict[str, Value] = {
            "table": table.qualified,
            "columns": better,
            "replaces": index_name(table, index),
        }
        plain = (
            not index.has_predicate and not index.included and not any(index.options) and table.kind == "r"
        )
        report.fail(
            table.index_id(index),
            f"{part(index.name)} on {columns_of(table, keys)} has the tenant in place "
            f"{keys.index(column.number) + 1}: one tenant's rows lie scattered over all of it",
            {"columns": table.column_names(keys), "better": better},
            related=(table.id,),
            fix=Fix("create-index", where) if plain else None,
        )


RULE = Rule(
    id="tenant-index-selectivity",
    title="Composite indexes begin with the tenant",
    category=Category.TENANCY,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Btrees over several columns that hold the tenant column, enforce nothing and serve no foreign key begin "
    "with it.",
    why="Every query of a tenant compares the tenant column with =. In front, it makes all of a tenant's entries "
    "neighbours: one range to read and to cache, and ORDER BY on the next column comes for free.",
    source="https://www.postgresql.org/docs/current/indexes-multicolumn.html",
    looks_at="pg_index.indkey",
    each_table=check,
    reads=("tenancy", "statistics"),
    not_applicable_when="no composite index that may be changed holds a tenant column",
)
