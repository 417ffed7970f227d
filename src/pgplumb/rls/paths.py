"""Where a role's own statements look for names: what functions without a fixed path find there, they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.sql.query_files import query_file
from pgplumb.workload.plan import search_path_of

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Unit

_SET = query_file("pgplumb.rls", "look_as")


def look_as(unit: Unit, catalog: Catalog, role: str) -> None:
    """Look for names as sessions of a role do until the transaction ends. Raises QueryError."""
    oid = next((one.oid for one in catalog.roles.values() if one.name == role), 0)
    unit.query(_SET, {"path": search_path_of(catalog, oid)})
