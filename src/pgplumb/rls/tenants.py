"""The map of tenants that a judgement rests on: what is stated goes before what is inferred, and it says which."""

from __future__ import annotations

from collections.abc import Mapping

from pgplumb.catalog.model import Catalog
from pgplumb.foundation.profile import Profile
from pgplumb.rls.identities import inferred_identities
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.tenant_paths import inferred_paths, overlaid, stated_paths


def tenant_map(
    catalog: Catalog,
    columns: tuple[str, ...] = (),
    written: Mapping[str, str] | None = None,
    identities: tuple[str, ...] = (),
    profile: Profile | None = None,
) -> TenantMap:
    """Return the tenants of a database's relations and the identities of a session.

    With `columns` or `written` (`schema.table` to a column or path) the relations are those and no others. Without,
    the profile's columns are weighed with keys and policies, and its map goes before that. Raises PathError for what
    the catalog does not have.
    """
    profile = profile or Profile()
    if columns or written:
        paths = stated_paths(catalog, columns, written or {})
    else:
        paths = inferred_paths(catalog, profile.tenant_columns)
        if profile.tenant_map:
            paths = overlaid(catalog, paths, profile.tenant_map)
    stated = identities or profile.identities
    found = stated or inferred_identities(catalog, paths.path_of)
    said = "stated" if stated else "what policies compare with it" if found else "none was found"
    return TenantMap(paths.path_of, found, paths.inferred or not stated, f"{paths.reason}; identity: {said}")
