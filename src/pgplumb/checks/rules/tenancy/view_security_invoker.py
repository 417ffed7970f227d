"""Views over guarded tables run with the rights of who asks."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

SINCE = 150000
"""security_invoker came with PostgreSQL 15."""


def is_invoker(view: Relation) -> bool:
    """Whether the view's query runs with the caller's rights."""
    value = view.option("security_invoker")
    return value is not None and value.lower() in ("true", "on", "1", "yes")


def guarded_below(view: Relation, facts: Facts, seen: set[int] | None = None) -> list[Relation]:
    """Return the guarded tables that a view reads as its owner: directly, or through views of the caller's."""
    seen = {view.oid} if seen is None else seen
    found: list[Relation] = []
    for oid in view.depends_on:
        used = facts.catalog.relations.get(oid)
        if used is None or oid in seen:
            continue
        seen.add(oid)
        if used.row_security:
            found.append(used)
        elif used.kind == "v" and is_invoker(used):
            found += guarded_below(used, facts, seen)
    return found


def bypasses(view: Relation, table: Relation, facts: Facts) -> bool:
    """Whether row-level security of a table does not bind the view's owner."""
    owner = facts.catalog.roles.get(view.owner)
    if owner is None or owner.superuser or owner.bypass_rls:
        return True
    return not table.force_row_security and exposure(facts.catalog).inherits(owner.oid, table.owner)


def check(view: Relation, facts: Facts, report: Report) -> None:
    """Look at who can read the view and whether its owner escapes the policies below."""
    if view.kind != "v":
        return
    tables = guarded_below(view, facts)
    if not tables:
        return
    if facts.catalog.server_version < SINCE:
        report.not_applicable("security_invoker came with PostgreSQL 15")
        return
    report.checked()
    readers = exposure(facts.catalog).readers(view)
    open_ones = [t for t in tables if bypasses(view, t, facts)]
    if is_invoker(view) or not readers or not open_ones:
        return
    owner = facts.catalog.role_name(view.owner)
    report.fail(
        view.id,
        f"{view.qualified} reads {open_ones[0].qualified} with the rights of {owner}, past its policies, for "
        f"{shown(readers)}",
        {"tables": tuple(t.qualified for t in open_ones), "owner": owner, "readers": readers},
        related=tuple(t.id for t in open_ones),
        fix=Fix("set-view-options", {"view": view.qualified, "options": {"security_invoker": "true"}}),
    )


RULE = Rule(
    id="view-security-invoker",
    title="Views over guarded tables are security_invoker",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every view that an application role can read and that reads a table with row-level security has "
    "security_invoker, or an owner whom the table's policies bind.",
    why="A view reads its tables with its owner's rights, and row-level security is decided for the owner. "
    "Owned by whoever owns the tables, it shows every tenant's rows to all who may read the view.",
    source="https://www.postgresql.org/docs/current/sql-createview.html",
    looks_at="pg_class (reloptions, relowner, relrowsecurity, relacl), pg_depend, pg_roles",
    each_relation=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no view reads a table with row-level security",
)
