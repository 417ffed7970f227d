"""Which roles are an application's, which are people's and tools': roles say no such thing themselves.

A guess from what a role holds and how it is called. Rules that shout use it to leave administrators alone.
"""

from __future__ import annotations

import re

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog, Role, is_exposed
from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, managed

BOOTSTRAP = 10
"""The oid of the superuser that initdb made."""

_APPLICATION = re.compile(
    r"(^|[_-])(app|apps|application|api|web|www|backend|service|svc|server|worker|jobs?)(user)?($|[_\d-])"
)
_TOOL = re.compile(
    r"(^|[_-])(backups?|dump|pgdump|barman|pgbackrest|walg|repl|replica|replicator|replication|standby|monitor\w*"
    r"|exporter|metrics|migrat\w*|deploy\w*|admin\w*)($|[_\d-])"
)


def is_tool(role: Role) -> bool:
    """Whether a role is one of backup, replication, monitoring or migration by its name or attribute."""
    return role.replication or bool(_TOOL.search(role.name.lower()))


def logins(catalog: Catalog) -> tuple[Role, ...]:
    """Return the roles that can log in, by name, without superusers, PostgreSQL's own and providers'."""
    return tuple(
        role
        for role in sorted(catalog.roles.values(), key=lambda r: r.name)
        if role.can_login and not role.superuser and not role.predefined and not managed(role)
    )


@gathered
def _writers(relation: Relation, catalog: Catalog) -> tuple[str, ...] | None:
    """The application roles that may write to a user's table."""
    if not (relation.is_table and is_exposed(relation)):
        return None
    return exposure(catalog).writers(relation) or None


@gathered
def owners(relation: Relation, catalog: Catalog) -> tuple[int, str] | None:
    """The owner of a relation that somebody may query, and the relation's name."""
    return (relation.owner, relation.qualified) if is_exposed(relation) else None


@gathered
def _named_grantees(relation: Relation, catalog: Catalog) -> tuple[int, tuple[str, ...]] | None:
    """The owner of a relation and the grants on it."""
    return (relation.owner, relation.acl) if is_exposed(relation) and relation.acl else None


@settled("roles", "memberships", "schemas")
def _holding(catalog: Catalog) -> frozenset[str]:
    """Names of roles that may write to a user's table: what an application does all day."""
    exposure(catalog)
    return frozenset(name for names in _writers(catalog).values() for name in names)


@settled()
def _owning(catalog: Catalog) -> frozenset[int]:
    return frozenset(owner for owner, _ in owners(catalog).values())


def application_logins(catalog: Catalog) -> tuple[Role, ...]:
    """Return the login roles that look like an application's: they may write tables, or are called so.

    Where no login may write a table that it does not own, the application connects as the owner: then that
    one counts.
    """
    holding = _holding(catalog)
    candidates = [role for role in logins(catalog) if not is_tool(role)]
    found = [role for role in candidates if role.name in holding or _APPLICATION.search(role.name.lower())]
    if not found:
        owning = _owning(catalog)
        found = [role for role in candidates if role.oid in owning]
    return tuple(found)


def called_application(role: Role) -> bool:
    """Whether a role's name says that it is an application's."""
    return bool(_APPLICATION.search(role.name.lower()))


def granted_directly(role: Role, catalog: Catalog) -> bool:
    """Whether somebody gave the role privileges on a user's relation by name."""
    start = role.name + "="
    quoted = '"' + role.name.replace('"', '""') + '"='
    return any(
        item.startswith((start, quoted))
        for owner, acl in _named_grantees(catalog).values()
        if owner != role.oid
        for item in acl
    )
