"""An application's role owns nothing and creates neither roles nor databases."""

from __future__ import annotations

from collections import Counter

from pgplumb.checks.app_roles import application_logins, logins, owners
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def check(facts: Facts, report: Report) -> None:
    """Look at attributes and ownership of the roles that applications log in as."""
    catalog = facts.catalog
    if not logins(catalog):
        return
    owned: Counter[int] = Counter()
    example: dict[int, str] = {}
    for owner, name in owners(catalog).values():
        owned[owner] += 1
        example[owner] = min(name, example.get(owner, name))
    for role in application_logins(catalog):
        report.checked()
        attributes = tuple(
            name for name, held in (("CREATEROLE", role.createrole), ("CREATEDB", role.createdb)) if held
        )
        said = [f"has {' and '.join(attributes)}"] if attributes else []
        if owned[role.oid]:
            said.append(f"owns {owned[role.oid]} relations, {example[role.oid]} among them")
        if not said:
            continue
        report.fail(
            role.id,
            f"{role.name}, which an application logs in as, {' and '.join(said)}",
            {"attributes": attributes, "owned_relations": owned[role.oid]},
            fix=Fix("alter-role", {"role": role.name, "options": tuple(f"NO{a}" for a in attributes)})
            if attributes and not owned[role.oid]
            else None,
        )


RULE = Rule(
    id="app-role-least-privilege",
    title="Application roles own nothing",
    category=Category.PRIVILEGES,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No login role of an application (one that may write tables, or is called so, or owns the "
    "tables where nobody else can write them) owns a table or view or has CREATEROLE or CREATEDB.",
    why="The owner of a table can drop it, change it and is not bound by its policies. A stolen "
    "application password should give away rows at worst, not the schema.",
    source="https://www.postgresql.org/docs/current/ddl-priv.html",
    looks_at="pg_roles, pg_class (relowner, relacl), pg_auth_members",
    whole=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no role that can log in looks like an application's",
)
