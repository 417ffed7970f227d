"""By which grant a role holds a privilege, and through which memberships that comes to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pgplumb.catalog.acl import grants

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Role
    from pgplumb.catalog.relation import Relation

LETTERS = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d", "TRUNCATE": "D"}
"""As aclitems write privileges, and policies their commands, TRUNCATE apart."""


def granted(catalog: Catalog, relation: Relation, role: Role, commands: Iterable[str]) -> str:
    """Return how a role came to its privileges: the nearest way; empty where the grants do not say."""
    if role.superuser:
        return ""
    wanted = [LETTERS[command] for command in commands if command in LETTERS]
    holders = {
        one.grantee for one in grants(relation.acl) if wanted and all(one.holds(letter) for letter in wanted)
    }
    if relation.acl is None:
        holders = {catalog.role_name(relation.owner)}
    for way in _ways(catalog, role):
        name = way[-1]
        if name not in holders:
            continue
        owns = name == catalog.role_name(relation.owner)
        if len(way) == 1:
            return "it is the owner" if owns else ""
        said = f"{name} is the owner" if owns else f"granted to {name}"
        through = f" through {', '.join(way[1:-1])}" if way[2:] else ""
        return f"{said}, inherited{through}"
    return "granted to PUBLIC" if "" in holders else ""


def _ways(catalog: Catalog, role: Role) -> Iterable[tuple[str, ...]]:
    """Yield the role, then what it inherits from, the nearest first, each with the way that leads to it."""
    seen = {role.oid}
    near: list[tuple[int, tuple[str, ...]]] = [(role.oid, (role.name,))]
    while near:
        yield from (way for _, way in near)
        further: list[tuple[int, tuple[str, ...]]] = []
        for oid, way in near:
            for membership in catalog.memberships:
                if membership.member == oid and membership.inherit and membership.role not in seen:
                    seen.add(membership.role)
                    further.append((membership.role, (*way, catalog.role_name(membership.role))))
        near = further
