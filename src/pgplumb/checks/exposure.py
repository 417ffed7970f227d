"""Who can really read or change a relation: grants, memberships, schemas and predefined roles together.

It is what has_table_privilege() says, worked out in memory so that thousands of relations cost nothing.
An application role is one that can log in or holds a privilege on a relation, and that is neither a superuser
nor one of PostgreSQL's own. Source: https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.acl import grants
from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog, Role
from pgplumb.catalog.relation import Relation
from pgplumb.checks.finding import Fix

PUBLIC = "PUBLIC"
"""How the group of everybody is named in findings."""

_EVERYWHERE = {
    "r": "pg_read_all_data",
    "a": "pg_write_all_data",
    "w": "pg_write_all_data",
    "d": "pg_write_all_data",
}
_MANAGED = frozenset(
    (
        "rdsadmin",
        "rdsrepladmin",
        "rds_superuser",
        "cloudsqladmin",
        "cloudsqlsuperuser",
        "cloudsqlreplica",
        "cloudsqlagent",
        "azuresu",
        "azure_superuser",
        "azure_pg_admin",
        "supabase_admin",
        "supabase_auth_admin",
        "supabase_storage_admin",
        "supabase_read_only_user",
        "supabase_replication_admin",
        "supabase_etl_admin",
        "dashboard_user",
        "pgbouncer",
        "neon_superuser",
        "cloud_admin",
    )
)
"""Roles that providers keep for themselves: their customers cannot change them."""

Acl = tuple[str, ...] | None


def revocation(object_id: str, privileges: tuple[str, ...], roles: tuple[str, ...]) -> Fix | None:
    """Return the fix that takes privileges on an object away; None where there is nobody to take them from."""
    return Fix("revoke", {"object": object_id, "privilege": privileges, "role": roles}) if roles else None


class Exposure:
    """Privileges of application roles in one catalog. Roles are named; PUBLIC stands for everybody."""

    def __init__(self, catalog: Catalog) -> None:
        self._roles = catalog.roles
        self._closures = _closures(catalog)
        self._masks: dict[Acl, dict[str, frozenset[str]]] = {}
        self._holders: dict[tuple[Acl, str, int, str], tuple[str, ...]] = {}
        self._column_acls: dict[int, tuple[Relation, tuple[Acl, ...]]] = {}
        """By relation: the record that was looked at, and the grants on columns of it."""
        self._without: dict[tuple[tuple[str, ...], frozenset[int]], tuple[str, ...]] = {}
        self._schemas = {schema.name: schema for schema in catalog.schemas.values()}
        self.roles = application_roles(catalog)
        self.named = {role.name: role for role in self.roles}
        """The same by name; PUBLIC is none of them."""

    def holders(self, relation: Relation, privilege: str) -> tuple[str, ...]:
        """Return the application roles that hold a privilege (its letter) on a relation or one of its columns.

        The owner, and roles that inherit from the owner, are left out. PUBLIC comes first where it holds it
        and may use the schema, so that any role to come would hold it too.
        """
        key = (relation.acl, relation.schema, relation.owner, privilege)
        found = self._holders.get(key)
        if found is None:
            found = self._holders[key] = self._work_out(
                self._by_privilege(relation.acl).get(privilege, frozenset()),
                relation.schema,
                relation.owner,
                privilege,
            )
        column_acls = self._granted_on_columns(relation) if privilege in "raw" else ()
        if column_acls:
            named = frozenset(
                n for acl in column_acls for n in self._by_privilege(acl).get(privilege, frozenset())
            )
            more = self._work_out(named, relation.schema, relation.owner, privilege)
            return tuple(dict.fromkeys((*found, *more)))
        return found

    def _granted_on_columns(self, relation: Relation) -> tuple[Acl, ...]:
        found = self._column_acls.get(relation.oid)
        if found is None or found[0] is not relation:
            found = self._column_acls[relation.oid] = (
                relation,
                tuple(c.acl for c in relation.columns if c.acl),
            )
        return found[1]

    def without(self, names: tuple[str, ...], roles: frozenset[int]) -> tuple[str, ...]:
        """Return those of some application roles that row security binds and that have the rights of none of others."""
        key = names, roles
        found = self._without.get(key)
        if found is None:
            chosen = (self.named[name] for name in names if name in self.named)
            found = self._without[key] = tuple(
                role.name
                for role in chosen
                if not role.bypass_rls and not any(self.inherits(role.oid, other) for other in roles)
            )
        return found

    def readers(self, relation: Relation) -> tuple[str, ...]:
        """Return the application roles that can select from a relation, PUBLIC first."""
        return self.holders(relation, "r")

    def column_readers(self, relation: Relation, column_acl: Acl) -> tuple[str, ...]:
        """Return the application roles that can select one column, by the relation's grants or its own."""
        named = self._by_privilege(relation.acl).get("r", frozenset()) | self._by_privilege(column_acl).get(
            "r", frozenset()
        )
        return self._work_out(named, relation.schema, relation.owner, "r")

    def grantees(self, relation: Relation, privileges: str) -> tuple[str, ...]:
        """Return whom the relation's own grants name for any of some privileges: whom to revoke them from."""
        held = self._by_privilege(relation.acl)
        owner = self._name(relation.owner)
        names = {name for letter in privileges for name in held.get(letter, frozenset())}
        return tuple(sorted(names - {owner}))

    def writers(self, relation: Relation) -> tuple[str, ...]:
        """Return the application roles that can insert, update or delete."""
        return tuple(dict.fromkeys(name for letter in "awd" for name in self.holders(relation, letter)))

    def inherits(self, role: int, other: int) -> bool:
        """Whether a role has the privileges of another without SET ROLE; every role has its own."""
        return other in self._closures.get(role, ())

    def inheriting(self, other: int) -> Iterable[Role]:
        """Yield the application roles that have another role's privileges."""
        return (role for role in self.roles if self.inherits(role.oid, other))

    def _work_out(self, named: frozenset[str], schema: str, owner: int, privilege: str) -> tuple[str, ...]:
        users, everybody = self._users_of(schema)
        found = [PUBLIC] if PUBLIC in named and everybody else []
        everywhere = _EVERYWHERE.get(privilege)
        for role in self.roles:
            closure = self._closures[role.oid]
            if owner in closure:
                continue
            names = {self._name(oid) for oid in closure}
            all_data = everywhere is not None and everywhere in names
            usable = everybody or all_data or not names.isdisjoint(users)
            if usable and (all_data or PUBLIC in named or not names.isdisjoint(named)):
                found.append(role.name)
        return tuple(found)

    def _name(self, oid: int) -> str:
        found = self._roles.get(oid)
        return found.name if found is not None else PUBLIC if oid == 0 else str(oid)

    def _users_of(self, schema: str) -> tuple[frozenset[str], bool]:
        """Return who may use a schema, its owner included, and whether everybody may."""
        found = self._schemas.get(schema)
        if found is None:
            return frozenset(), False
        named = self._by_privilege(found.acl).get("U", frozenset())
        return named | {self._name(found.owner)}, PUBLIC in named

    def _by_privilege(self, acl: Acl) -> dict[str, frozenset[str]]:
        found = self._masks.get(acl)
        if found is None:
            collected: dict[str, set[str]] = {}
            for grant in grants(acl):
                for letter in grant.privileges:
                    collected.setdefault(letter, set()).add(grant.grantee or PUBLIC)
            found = self._masks[acl] = {letter: frozenset(names) for letter, names in collected.items()}
        return found


def shown(names: tuple[str, ...]) -> str:
    """Return roles for a sentence: the first three, or everybody where PUBLIC is among them."""
    if PUBLIC in names:
        return "every role"
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def managed(role: Role) -> bool:
    """Whether a provider keeps the role for itself, so that advice about it cannot be followed."""
    return role.name in _MANAGED


def _closures(catalog: Catalog) -> dict[int, frozenset[int]]:
    """Return for each role the roles whose privileges it has by inheritance, itself included."""
    direct: dict[int, list[int]] = {}
    for membership in catalog.memberships:
        if membership.inherit:
            direct.setdefault(membership.member, []).append(membership.role)
    found = {}
    for role in catalog.roles:
        reached = {role}
        waiting = [role]
        while waiting:
            for granted in direct.get(waiting.pop(), ()):
                if granted not in reached:
                    reached.add(granted)
                    waiting.append(granted)
        found[role] = frozenset(reached)
    return found


@gathered
def _granting(relation: Relation, catalog: Catalog) -> tuple[str, ...] | None:
    """The grants on a relation."""
    return relation.acl or None


@settled()
def _granted(catalog: Catalog) -> frozenset[str]:
    """Names of roles that hold something on a relation."""
    found = (grants(acl) for acl in set(_granting(catalog).values()))
    return frozenset(grant.grantee or PUBLIC for several in found for grant in several if grant.privileges)


@settled("roles")
def application_roles(catalog: Catalog) -> tuple[Role, ...]:
    """Return the roles that can log in or hold a privilege on a relation, by name, and are nobody's superusers."""
    granted = _granted(catalog)
    return tuple(
        role
        for role in sorted(catalog.roles.values(), key=lambda r: r.name)
        if not role.superuser
        and not role.predefined
        and not managed(role)
        and (role.can_login or role.name in granted)
    )


@settled("roles", "memberships", "schemas")
def exposure(catalog: Catalog) -> Exposure:
    """Return the privileges of a catalog's application roles; many rules share one."""
    return Exposure(catalog)
