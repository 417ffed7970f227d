"""Business keys of tenants' tables include the tenant column."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.lifecycle.soft_delete_unique_is_partial import may_be_replaced
from pgplumb.checks.tenants import tenant_column
from pgplumb.checks.wording import index_name

_GLOBAL_BY_NATURE = re.compile(r"(^|_)(token|hash|digest|secret|uuid|guid|nonce|fingerprint)$")
"""Columns that must differ between all rows, whoever owns them."""


def is_global(index: Index, table: Relation, facts: Facts) -> bool:
    """Whether a key rightly holds across tenants: a surrogate, a secret, or a key that belongs to a parent."""
    catalog = facts.catalog
    for number in index.key_columns:
        column = table.column(number)
        if column is None:
            continue
        kind = catalog.types.get(column.type_oid)
        if (
            column.identity
            or (kind is not None and kind.name == "uuid")
            or _GLOBAL_BY_NATURE.search(column.name)
        ):
            return True
    keyed = set(index.key_columns)
    return any(
        keyed.issuperset(key.columns) and key.foreign_relation in facts.tenancy.column_of
        for key in table.foreign_keys
    )


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the tenant among the columns and expressions of each unique index but the primary key."""
    column = tenant_column(table, facts)
    if column is None:
        return
    for index in table.indexes:
        if not index.is_unique or index.is_primary or index.parent or is_global(index, table, facts):
            continue
        report.checked()
        if column.number in index.key_columns:
            continue
        if index.has_expressions:
            if isinstance(index.expressions, Unread):
                report.unknown(f"{index.name}: {index.expressions.reason}")
                continue
            if index.expressions and re.search(rf"\b{re.escape(column.name)}\b", index.expressions):
                continue
        columns = table.column_names(index.key_columns)
        report.fail(
            table.index_id(index),
            f"{index.name} makes {', '.join(columns)} unique over all tenants of {table.qualified}: one "
            "tenant's values block, and give away, another's",
            {"columns": columns, "tenant_column": column.name},
            related=(table.id,),
            fix=Fix(
                "create-index",
                {
                    "table": table.qualified,
                    "columns": (column.name, *columns),
                    "unique": True,
                    "replaces": index_name(table, index),
                },
            )
            if may_be_replaced(index, table, facts)
            else None,
        )


RULE = Rule(
    id="tenant-unique-scoped",
    title="Business keys are unique per tenant",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every UNIQUE key of a table with a tenant column includes it, but for surrogates (identity, "
    "uuid), secrets (token, hash, ...) and keys that include a foreign key to another table of tenants.",
    why="A name that is unique over all tenants is taken for everybody once one tenant uses it. The error "
    "also tells one tenant what another has, since uniqueness is checked without row-level security.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_index (indisunique, indkey, indexprs)",
    each_table=check,
    reads=("tenancy",),
    unknown_when="an index's expressions could not be read because its table is locked",
    not_applicable_when="no table with a tenant column has a UNIQUE key",
)
