"""A foreign key of several columns is wholly there or wholly null."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Constraint, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import rejects_null
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import columns_of, listed


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at keys of several columns for one that may be null while the others are not."""
    for key in declared(table):
        if len(key.columns) < 2:
            continue
        report.checked()
        if key.match == "f":
            continue
        columns = [c for c in table.columns if c.number in key.columns]
        nullable = [c for c in columns if not rejects_null(facts.catalog, c)]
        if not nullable or _carries_tenant(table, columns, nullable, facts):
            continue
        names = tuple(c.name for c in nullable)
        report.fail(
            table.constraint_id(key),
            f"{columns_of(table, key.columns)} is not checked at all where {listed(names)} is null, "
            "though the other columns are filled (MATCH SIMPLE)",
            {"columns": table.column_names(key.columns), "nullable": names},
            related=(table.id,),
            fix=_fix(table, key, nullable, facts),
        )


def _carries_tenant(table: Relation, columns: list[Column], nullable: list[Column], facts: Facts) -> bool:
    """Whether it is an optional reference with the tenant beside it, which MATCH FULL would refuse."""
    tenant = facts.tenancy.column_of.get(table.oid)
    required = [c.name for c in columns if c not in nullable]
    return len(nullable) == 1 and tenant is not None and required == [tenant]


def _fix(table: Relation, key: Constraint, nullable: list[Column], facts: Facts) -> Fix | None:
    found = [column_statistics(table, c.number, facts) for c in nullable]
    if all(s is not None and not isinstance(s, Unread) and s.null_fraction == 0 for s in found):
        return Fix("set-not-null", {"table": table.qualified, "columns": tuple(c.name for c in nullable)})
    if len(nullable) == len(key.columns):
        return Fix(
            "replace-foreign-key", {"table": table.qualified, "constraint": key.name, "match_full": True}
        )
    return None


RULE = Rule(
    id="fk-composite-nullable-uses-match-full",
    title="Composite foreign keys have no half-null rows",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="A foreign key of several columns is MATCH FULL or all of its columns are NOT NULL; one optional column "
    "beside the tenant column is meant.",
    why="With MATCH SIMPLE one null column switches the check off for the whole row. Such rows point at parents "
    "that need not exist.",
    source="https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-REFERENCES",
    looks_at="pg_constraint (conkey, confmatchtype), pg_attribute.attnotnull",
    each_table=check,
    reads=("tenancy", "statistics", "catalog.types"),
    not_applicable_when="no foreign key has several columns",
)
