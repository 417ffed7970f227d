"""Which column tells one tenant's rows from another's, as stated or as names, keys and policies suggest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The tenant column by table. A table that reaches its tenant through a foreign key alone is not in it."""

    column_of: Mapping[int, str]
    """By relation oid: ordinary and partitioned tables, partitions, and the root table's own key."""
    name: str | None
    """The chosen column name; None where nothing points at one."""
    stated: bool
    """Whether the profile named it."""
    confidence: str
    """stated, high, medium, low or none."""
    reason: str = ""
    """For people, with the counts: "tenant_id in 12 of 15 tables, 9 reference public.tenants"."""
    root: int | None = None
    """The table of tenants that foreign keys from the column point at."""


def infer_tenancy(catalog: Catalog, stated: tuple[str, ...] = ()) -> Tenancy:
    """Return the tenant column of each table; equal catalogs give equal answers."""
    raise NotImplementedError
