"""Views do not show the table of users."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, revocation, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier

_MANAGED = ("auth", "users")


def shows_users(view: Relation, facts: Facts, seen: set[int] | None = None) -> Relation | None:
    """Return the managed table of users where a view reads it, itself or through views that ask as their owner."""
    seen = set() if seen is None else seen
    for oid in view.depends_on:
        used = facts.catalog.relations.get(oid)
        if used is None or oid in seen:
            continue
        seen.add(oid)
        if (used.schema, used.name) == _MANAGED and used.is_table:
            return used
        if used.kind in "vm" and (found := shows_users(used, facts, seen)) is not None:
            return found
    return None


def check(view: Relation, facts: Facts, report: Report) -> None:
    """Look at who can read a view of the managed users with its owner's rights."""
    if view.kind not in "vm" or view.schema == _MANAGED[0]:
        return
    users = shows_users(view, facts)
    if users is None:
        return
    report.checked()
    who = exposure(facts.catalog)
    readers = who.readers(view)
    asks_as_caller = view.kind == "v" and (view.option("security_invoker") or "") in ("on", "true", "1")
    if not readers or asks_as_caller:
        return
    report.fail(
        view.id,
        f"{shown(readers)} can read {users.qualified} through {view.qualified}, with the rights of its owner",
        {"readers": readers},
        related=(users.id,),
        fix=revocation(view.id, ("SELECT",), who.grantees(view, "r")),
    )


RULE = Rule(
    id="auth-users-not-exposed",
    title="Views do not show the managed users",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No view or materialized view that reads auth.users, itself or through others, can be read by an "
    "application role, unless it asks as its caller (security_invoker).",
    why="The table holds everybody's address, phone and tokens. A view over it reads with its owner's rights, whatever "
    "the policies of the table say.",
    source="https://supabase.com/docs/guides/database/database-advisors?lint=0002_auth_users_exposed",
    looks_at="pg_rewrite and pg_depend (what views read), pg_class (relacl, reloptions)",
    each_relation=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no view reads a table auth.users",
)
