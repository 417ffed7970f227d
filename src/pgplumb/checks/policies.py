"""Row-level security policies as the executor combines them: which expression guards which command for whom.

Source: https://www.postgresql.org/docs/current/sql-createpolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Policy, Relation
from pgplumb.catalog.unread import Text

COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
"""pg_policy.polcmd as SQL writes it."""

READING = ("r", "w", "d")
"""Commands that look for rows with USING."""

WRITING = ("a", "w")
"""Commands that make rows, tested by WITH CHECK."""


def covers(policy: Policy, command: str) -> bool:
    """Whether a policy applies to a command."""
    return policy.command in ("*", command)


def using(policy: Policy) -> Text | None:
    """Return what existing rows must satisfy; None where the policy lets none through."""
    return policy.using if policy.has_using else None


def checking(policy: Policy) -> Text | None:
    """Return what new rows must satisfy: WITH CHECK, or USING where there is none."""
    return policy.check if policy.has_check else using(policy)


def binds_everywhere(restrictive: Policy, permissive: Policy) -> bool:
    """Whether a restrictive policy applies to every role that a permissive one applies to."""
    return 0 in restrictive.roles or set(permissive.roles) <= set(restrictive.roles)


def floors(table: Relation, permissive: Policy, command: str) -> tuple[Policy, ...]:
    """Return the restrictive policies that narrow a permissive one for a command."""
    return tuple(
        p
        for p in table.policies
        if not p.permissive and covers(p, command) and binds_everywhere(p, permissive)
    )


@gathered
def _roles_of(relation: Relation, catalog: Catalog) -> frozenset[int] | None:
    """The roles that policies of a relation name."""
    return frozenset(oid for policy in relation.policies for oid in policy.roles) or None


@settled("roles")
def _named(catalog: Catalog) -> dict[int, tuple[str, bool]]:
    """What the roles that policies name are called, and whether row security does not bind them."""
    found = {}
    for oid in frozenset((0,)).union(*set(_roles_of(catalog).values())):
        role = catalog.roles.get(oid)
        found[oid] = catalog.role_name(oid), role is not None and (role.superuser or role.bypass_rls)
    return found


def only_for_exempt_roles(policy: Policy, catalog: Catalog) -> bool:
    """Whether every role that a policy names bypasses row security anyway, so that it means nothing."""
    named = _named(catalog)
    return bool(policy.roles) and all(named[oid][1] for oid in policy.roles)


def bound(names: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    """Return those of some roles, PUBLIC among them, that row security binds."""
    free = _free(catalog)
    return tuple(name for name in names if name not in free)


@settled("roles")
def _free(catalog: Catalog) -> frozenset[str]:
    """The roles that row security does not bind."""
    return frozenset(r.name for r in catalog.roles.values() if r.superuser or r.bypass_rls)


def role_names(policy: Policy, catalog: Catalog) -> tuple[str, ...]:
    """Return the names of the roles that a policy is for; PUBLIC for everybody."""
    named = _named(catalog)
    return tuple(sorted(named[oid][0] for oid in policy.roles))
