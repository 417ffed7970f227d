"""Asks the server for the privileges of roles on relations: three statements, whatever the size.

Relations of one owner, schema and set of grants give every role the same privileges, so one of each kind is
asked about. Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from pgplumb.catalog.model import Catalog, Role
from pgplumb.foundation.text import count
from pgplumb.rls.access import AccessMatrix, Asked
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Unit

MOST_PAIRS = 100_000
"""Pairs of a kind of relation and a role that are asked about at once: a third of a second of the server's time."""


def read_access(
    unit: Unit,
    catalog: Catalog,
    roles: Collection[str] = (),
    objects: Collection[int] = (),
    most_pairs: int = MOST_PAIRS,
) -> AccessMatrix:
    """Return the access matrix of roles and relations; takes no lock on any relation.

    Without `roles`: every role outside pg_* that can log in or holds a privilege on a table. Without `objects`:
    every table, view, materialized and foreign table of users. Where that is more than `most_pairs`, roles that
    nothing was granted to directly are left out first, and `omitted` says so.
    """
    wanted = sorted(objects) if objects else None
    groups = unit.query(query_file(__package__, "privilege_groups"), {"objects": wanted})
    chosen, left_out = _roles(catalog, roles, groups, most_pairs)
    group_of = {member: sample for sample, members, _ in groups for member in members}
    relations = sorted(
        (catalog.relations[oid] for oid in group_of if oid in catalog.relations),
        key=lambda r: (r.schema, r.name),
    )
    # Views and SECURITY DEFINER functions act as their owners, so these are asked about like callers.
    acting = {role.oid for role in chosen} | {r.owner for r in relations if r.kind == "v"}
    acting |= {f.owner for f in catalog.functions.values() if f.security_definer and f.extension is None}
    asked = {"relations": [sample for sample, _, _ in groups], "roles": sorted(acting)}
    bits = {
        (relation, role): bit
        for relation, role, bit in unit.query(query_file(__package__, "privileges"), asked)
    }
    targets = {r.owner for r in catalog.relations.values()} | _policy_roles(catalog)
    usage = unit.query(
        query_file(__package__, "usage"), {"roles": sorted(acting), "targets": sorted(targets)}
    )
    return AccessMatrix(
        catalog=catalog,
        roles=chosen,
        objects=tuple(relations),
        group_of=group_of,
        bits=bits,
        usage=frozenset((role, other) for role, other in usage),
        omitted=left_out,
        asked=Asked(frozenset(acting), frozenset(targets)),
    )


def _roles(
    catalog: Catalog, named: Collection[str], groups: list[Row], most_pairs: int
) -> tuple[tuple[Role, ...], str | None]:
    """Return the roles of the matrix by name, and what was left out of them."""
    holders = {oid for _, _, grantees in groups for oid in grantees}
    if named:
        found = [role for role in catalog.roles.values() if role.name in named]
    else:
        found = [r for r in catalog.roles.values() if not r.predefined and (r.can_login or r.oid in holders)]
    found.sort(key=lambda r: (r.oid not in holders, r.name))
    most = max(most_pairs // max(len(groups), 1), 1)
    omitted = None
    if len(found) > most and not named:
        omitted = (
            f"{count(len(found) - most)} of {count(len(found))} roles are left out: ask for them by name"
        )
        found = found[:most]
    return tuple(sorted(found, key=lambda r: r.name)), omitted


def _policy_roles(catalog: Catalog) -> set[int]:
    return set(_named_in_policies(catalog)) - {0}


def _named_in_policies(catalog: Catalog) -> Iterable[int]:
    for relation in catalog.relations.values():
        if relation.kind in "rp":
            for policy in relation.policies:
                yield from policy.roles
