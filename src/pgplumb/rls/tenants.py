"""The map of tenants that a judgement rests on: what is stated goes before what is inferred, and it says which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.profile import ConfirmedTenants, Profile
from pgplumb.rls.identities import inferred_identities
from pgplumb.rls.tenant_map import TenantMap, TenantPath
from pgplumb.rls.tenant_paths import (
    Paths,
    confirmed_paths,
    inferred_paths,
    overlaid,
    path_text,
    stated_paths,
)


def tenant_map(
    catalog: Catalog,
    columns: tuple[str, ...] = (),
    written: Mapping[str, str] | None = None,
    identities: tuple[str, ...] = (),
    profile: Profile | None = None,
) -> TenantMap:
    """Return the tenants of a database's relations and the identities of a session.

    With `columns` or `written` (`schema.table` to a column or path) the relations are those and no others. Without,
    they are those that the profile holds as confirmed, or else its columns are weighed with keys and policies; its
    map goes before both. Raises PathError for what the catalog does not have; what was confirmed of tables that are
    gone is passed over.
    """
    profile = profile or Profile()
    if columns or written:
        paths = stated_paths(catalog, columns, written or {})
    elif profile.confirmed is not None:
        paths = confirmed_paths(catalog, profile.tenant_columns, profile.confirmed.paths)
        paths = replace(paths, reason=_told(profile.confirmed, paths))
    else:
        paths = inferred_paths(catalog, profile.tenant_columns)
    if profile.tenant_map and not (columns or written):
        paths = overlaid(catalog, paths, profile.tenant_map)
    stated = identities or profile.identities
    found = stated or inferred_identities(catalog, paths.path_of)
    said = "stated" if stated else "what policies compare with it" if found else "none was found"
    return TenantMap(paths.path_of, found, paths.inferred or not stated, f"{paths.reason}; identity: {said}")


def _told(confirmed: ConfirmedTenants, paths: Paths) -> str:
    return f"{paths.reason}; confirmed by {confirmed.by} on {confirmed.on.isoformat()}"


def to_confirm(catalog: Catalog, found: TenantMap, by: str, on: date) -> ConfirmedTenants:
    """Return a map as a profile keeps it: names where they tell the tenant, and by itself what they do not tell."""
    columns = Counter(path.column for path in found.path_of.values() if not path.hops)
    often = sorted(columns, key=lambda name: (-columns[name], name))
    names = tuple(name for name in often if _tells(catalog, found, name))
    of_names = stated_paths(catalog, names, {}).path_of
    paths = {
        relation.qualified: path_text(catalog, path)
        for oid, path in found.path_of.items()
        if (relation := catalog.relations.get(oid)) is not None
        and of_names.get(oid) != path
        and not _of_parent(found, relation)
    }
    return ConfirmedTenants(names, found.identities, dict(sorted(paths.items())), by, on)


def _tells(catalog: Catalog, found: TenantMap, name: str) -> bool:
    """Whether whatever has a column of this name has a tenant, and most by that column."""
    having = [relation.oid for relation in catalog.exposed if relation.column_named(name) is not None]
    own = sum(found.path_of.get(oid) == TenantPath(name) for oid in having)
    return own > len(having) / 2 and all(oid in found.path_of for oid in having)


def _of_parent(found: TenantMap, relation: Relation) -> bool:
    """Whether a partition or child has what its parent has, and so need not be named."""
    return any(found.path_of.get(parent) == found.path_of[relation.oid] for parent in relation.parents)
