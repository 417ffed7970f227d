"""The tenant column of a table, as the rules of tenancy speak of it."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.facts import Facts

NO_TENANT = "no tenant column is recognised: name it as tenant_columns in the profile if there is one"
"""Why rules of tenancy have nothing to judge."""

SMALL = 1000
"""Rows below which reading a whole table costs less than looking into an index."""


def tenant_column(table: Relation, facts: Facts) -> Column | None:
    """Return the column that tells whose rows are whose, or None where the table has none."""
    name = facts.tenancy.column_of.get(table.oid)
    return table.column_named(name) if name is not None else None


def never_null(table: Relation, column: Column) -> bool:
    """Whether a column cannot be NULL: NOT NULL, or a valid CHECK that says so."""
    if column.not_null:
        return True
    test = f"({column.name} IS NOT NULL)"
    return any(
        c.kind == "c" and c.validated and c.enforced and c.expression == test for c in table.constraints
    )
