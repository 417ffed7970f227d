"""Materialized views of tenants' rows are not readable by application roles."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, revocation, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def tables_below(view: Relation, facts: Facts, seen: set[int] | None = None) -> list[Relation]:
    """Return the guarded tables, and those with a tenant column, that a view reads through any other."""
    seen = set() if seen is None else seen
    found: list[Relation] = []
    for oid in view.depends_on:
        used = facts.catalog.relations.get(oid)
        if used is None or oid in seen:
            continue
        seen.add(oid)
        if used.is_table and (used.row_security or oid in facts.tenancy.column_of):
            found.append(used)
        elif used.kind in "vm":
            found += tables_below(used, facts, seen)
    return found


def check(view: Relation, facts: Facts, report: Report) -> None:
    """Look at what a materialized view holds and who can read it."""
    if view.kind != "m":
        return
    tables = tables_below(view, facts)
    if not tables:
        return
    report.checked()
    who = exposure(facts.catalog)
    readers = who.readers(view)
    if not readers:
        return
    report.fail(
        view.id,
        f"{shown(readers)} can read {view.qualified}, which holds rows of {tables[0].qualified} and "
        "can have no policies",
        {"readers": readers, "tables": tuple(t.qualified for t in tables)},
        related=tuple(t.id for t in tables),
        fix=revocation(view.id, ("SELECT",), who.grantees(view, "r")),
    )


RULE = Rule(
    id="matview-not-exposed",
    title="Materialized views of tenants' rows are closed",
    category=Category.TENANCY,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No materialized view that reads a table with row-level security or a tenant column can be read "
    "by a role other than its owner and superusers.",
    why="Row-level security cannot be enabled on a materialized view. It holds the rows of all tenants as "
    "they were at the last refresh, for whoever may read it.",
    source="https://www.postgresql.org/docs/current/rules-materializedviews.html",
    looks_at="pg_class (relkind m, relacl), pg_depend",
    each_relation=check,
    reads=("tenancy", "catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no materialized view reads a table with row-level security or a tenant column",
)
