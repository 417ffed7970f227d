"""Foreign keys between tables of tenants include the tenant column."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.tenants import tenant_column


def is_unique(table: Relation, columns: tuple[int, ...]) -> bool:
    """Whether a foreign key may refer to these columns: a full unique index has exactly them."""
    return any(
        i.is_unique and i.is_valid and not i.has_predicate and set(i.key_columns) == set(columns)
        for i in table.indexes
    )


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for the pair (tenant here, tenant there) in each foreign key to another table of tenants."""
    own = tenant_column(table, facts)
    if own is None:
        return
    for key in table.foreign_keys:
        parent = facts.catalog.relations.get(key.foreign_relation)
        theirs = tenant_column(parent, facts) if parent else None
        if parent is None or theirs is None or (key.parent and table.is_partition):
            continue
        report.checked()
        if (own.number, theirs.number) in zip(key.columns, key.foreign_columns, strict=False):
            continue
        columns = (own.name, *table.column_names(key.columns))
        foreign = (theirs.name, *parent.column_names(key.foreign_columns))
        report.fail(
            table.constraint_id(key),
            f"{table.qualified} ({', '.join(columns[1:])}) references {parent.qualified} without "
            f"{own.name}: a row may refer to another tenant's, since foreign keys are checked without "
            "row-level security",
            {
                "columns": columns[1:],
                "tenant_column": own.name,
                "parent_unique": is_unique(parent, (theirs.number, *key.foreign_columns)),
            },
            related=(parent.id,),
            fix=Fix(
                "replace-foreign-key",
                {
                    "table": table.qualified,
                    "constraint": key.name,
                    "columns": columns,
                    "references": parent.qualified,
                    "foreign_columns": foreign,
                },
            )
            if is_unique(parent, (theirs.number, *key.foreign_columns))
            else None,
        )


RULE = Rule(
    id="tenant-fk-carries-tenant",
    title="Foreign keys carry the tenant",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="Every foreign key between two tables with a tenant column pairs the tenant columns of both.",
    why="The server checks foreign keys without row-level security. With the id alone, a row of one tenant "
    "can refer to a row of another, and whether an id exists can be found out by trying.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_constraint (conkey, confkey)",
    each_table=check,
    reads=("tenancy",),
    not_applicable_when="no foreign key leads from one table with a tenant column to another",
)
