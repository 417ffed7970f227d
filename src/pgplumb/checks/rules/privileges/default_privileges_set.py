"""New tables get the grants that the tables beside them have."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from pgplumb.catalog.acl import grants
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


@lru_cache(maxsize=1024)
def grantees(acl: tuple[str, ...]) -> frozenset[str]:
    """Return the roles that grants name, PUBLIC left out. Few grants are unlike all others."""
    return frozenset(grant.grantee for grant in grants(acl) if grant.grantee)


def check(facts: Facts, report: Report) -> None:
    """For schemas whose tables are granted to others, look for ALTER DEFAULT PRIVILEGES of the tables' owner."""
    catalog = facts.catalog
    granted: dict[tuple[str, int], Counter[str]] = {}
    for table in catalog.tables:
        owner = catalog.role_name(table.owner)
        names = grantees(table.acl) - {owner} if table.acl else None
        if names:
            granted.setdefault((table.schema, table.owner), Counter()).update(names)
    schemas = {s.name: s for s in catalog.schemas.values()}
    set_for = {(p.role, p.schema) for p in catalog.default_privileges if p.kind == "r"}
    for (name, owner_oid), roles in sorted(granted.items()):
        schema = schemas.get(name)
        if schema is None:
            continue
        report.checked()
        if (owner_oid, schema.oid) in set_for or (owner_oid, 0) in set_for:
            continue
        owner = catalog.role_name(owner_oid)
        readers = tuple(role for role, _ in roles.most_common(3))
        report.fail(
            schema.id,
            f"tables in {name} are granted to {', '.join(readers)}, but the next one that {owner} creates "
            "there will not be",
            {"owner": owner, "roles": tuple(sorted(roles))},
        )


RULE = Rule(
    id="default-privileges-set",
    title="New tables get the grants of their schema",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Where tables of a schema are granted to roles other than their owner, the owner has default "
    "privileges for tables, in that schema or everywhere.",
    why="A table made by the next migration has no grants: the application fails on it until somebody "
    "remembers. Default privileges give the same grants to whatever comes.",
    source="https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html",
    looks_at="pg_class.relacl, pg_default_acl",
    whole=check,
    reads=("catalog.relations", "catalog.schemas", "catalog.default_privileges", "catalog.roles"),
    not_applicable_when="no table is granted to a role besides its owner",
)
