"""Nobody can slip objects into another's search path."""

from __future__ import annotations

from pgplumb.catalog.acl import grants
from pgplumb.catalog.model import Catalog, Role, Schema
from pgplumb.checks.app_roles import logins
from pgplumb.checks.exposure import exposure
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.search_paths import path_of


def creators(schema: Schema, role: Role, catalog: Catalog) -> tuple[str, ...]:
    """Return who else may create objects in a schema: PUBLIC, or application roles beside its owner."""
    who = exposure(catalog)
    by_name = {r.name: r for r in catalog.roles.values()}
    found = []
    for grant in grants(schema.acl):
        other = by_name.get(grant.grantee)
        if not grant.holds("C"):
            continue
        if not grant.grantee:
            found.append("PUBLIC")
        elif other is not None and not other.superuser and not other.predefined:
            can_come = other.can_login or any(True for _ in who.inheriting(other.oid))
            if can_come and other.oid not in (schema.owner, role.oid):
                found.append(other.name)
    return tuple(sorted(found))


def check(facts: Facts, report: Report) -> None:
    """Look at each schema of each role's path."""
    catalog = facts.catalog
    schemas = {s.name: s for s in catalog.schemas.values()}
    for role in logins(catalog):
        report.checked()
        open_to = {
            name: others
            for name in path_of(catalog, role).schemas
            if (others := creators(schemas[name], role, catalog))
        }
        if not open_to:
            continue
        name, others = next(iter(open_to.items()))
        report.fail(
            role.id,
            f"{', '.join(others)} may create objects in {name}, which is on the search_path of {role.name}: its "
            "statements may call what they put there",
            {schema: ", ".join(names) for schema, names in open_to.items()},
            related=tuple(schemas[n].id for n in open_to),
            fix=Fix("revoke", {"schema": (name,), "privilege": ("CREATE",), "role": others})
            if len(open_to) == 1
            else None,
        )


RULE = Rule(
    id="search-path-safe",
    title="Search paths lead through safe schemas",
    category=Category.SETTINGS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No role that can log in, superusers aside, has a schema on its search_path in which PUBLIC, or a role "
    "that is neither itself nor the schema's owner, may create objects.",
    why="An unqualified name means the first object of that name on the path, and a function with closer argument "
    "types wins even later on it. Who may create there can have others run their code (CVE-2018-1058).",
    source="https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS",
    looks_at="pg_settings (search_path), pg_db_role_setting, pg_namespace.nspacl",
    whole=check,
    reads=(
        "catalog.settings",
        "catalog.setting_overrides",
        "catalog.roles",
        "catalog.memberships",
        "catalog.schemas",
    ),
    not_applicable_when="no role besides superusers can log in",
)
