"""Applications do not log in as roles that row-level security does not bind."""

from __future__ import annotations

from pgplumb.catalog.derived import gathered
from pgplumb.catalog.model import Catalog, is_exposed
from pgplumb.catalog.relation import Relation
from pgplumb.checks.app_roles import BOOTSTRAP, called_application, granted_directly, is_tool
from pgplumb.checks.exposure import exposure, managed
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


@gathered
def _guarded(relation: Relation, catalog: Catalog) -> bool | None:
    """Whether a relation is guarded."""
    return True if relation.row_security and is_exposed(relation) else None


def check(facts: Facts, report: Report) -> None:
    """Look at login roles with BYPASSRLS, and at superusers that somebody treats as an application's."""
    catalog = facts.catalog
    guarded = len(_guarded(catalog))
    if not guarded:
        return
    who = exposure(catalog)
    reading_all = {role.oid for role in catalog.roles.values() if role.name == "pg_read_all_data"}
    for role in sorted(catalog.roles.values(), key=lambda r: r.name):
        if not role.can_login or role.predefined or managed(role):
            continue
        report.checked()
        if role.superuser:
            if role.oid == BOOTSTRAP or not (called_application(role) or granted_directly(role, catalog)):
                continue
        elif not role.bypass_rls or is_tool(role) or any(who.inherits(role.oid, oid) for oid in reading_all):
            continue
        attribute = "SUPERUSER" if role.superuser else "BYPASSRLS"
        report.fail(
            role.id,
            f"{role.name} can log in and has {attribute}: no policy of the {guarded} guarded tables binds it",
            {"attribute": attribute, "guarded_tables": guarded},
            fix=Fix("alter-role", {"role": role.name, "options": (f"NO{attribute}",)}),
        )


RULE = Rule(
    id="rls-no-bypass-login",
    title="No application logs in past row-level security",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No role that can log in has BYPASSRLS, but for backup, replication and migration roles, and no "
    "superuser besides the first is called, or granted privileges like, an application's role.",
    why="BYPASSRLS and SUPERUSER switch all policies off for the session. One connection string with such "
    "a role makes every policy of the schema decoration.",
    source="https://www.postgresql.org/docs/current/role-attributes.html",
    looks_at="pg_roles (rolbypassrls, rolsuper, rolcanlogin), pg_class (relrowsecurity, relacl)",
    whole=check,
    reads=("catalog.roles", "catalog.memberships"),
    not_applicable_when="no table has row-level security",
)
