"""Row-level security binds the owner too where an application connects as it."""

from __future__ import annotations

from pgplumb.catalog.model import Role
from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, managed
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def owning_logins(table: Relation, facts: Facts) -> tuple[Role, ...]:
    """Return the roles that can connect and count as the table's owner, whom FORCE would bind."""
    found = []
    owner = facts.catalog.roles.get(table.owner)
    if owner is not None and owner.can_login:
        found.append(owner)
    found += [r for r in exposure(facts.catalog).inheriting(table.owner) if r.can_login and r is not owner]
    return tuple(r for r in found if not (r.superuser or r.bypass_rls or managed(r)))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at FORCE, then at whether anybody connects as the owner."""
    if not table.row_security:
        return
    report.checked()
    if table.force_row_security:
        return
    roles = owning_logins(table, facts)
    if not roles:
        return
    report.fail(
        table.id,
        f"{roles[0].name} can log in and counts as the owner of {table.qualified}, whom its policies do not "
        "bind",
        {"owners": tuple(r.name for r in roles)},
        related=tuple(r.id for r in roles),
        fix=Fix("force-rls", {"table": table.qualified}),
    )


RULE = Rule(
    id="rls-forced",
    title="Row-level security binds owners that log in",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every table with row-level security also has FORCE, or no role that can log in owns it or "
    "inherits from its owner (superusers and BYPASSRLS aside, whom FORCE does not bind either).",
    why="Policies do not apply to a table's owner. An application that connects as the role that created "
    "the tables sees every tenant's rows, while the policies look as if they worked.",
    source="https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-FORCE-ROW-LEVEL-SECURITY",
    looks_at="pg_class (relforcerowsecurity, relowner), pg_roles, pg_auth_members",
    each_table=check,
    reads=("catalog.roles", "catalog.memberships"),
    not_applicable_when="no table has row-level security",
)
