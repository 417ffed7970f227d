"""Where each relation says whose a row is, and by what a session says who it is. Stated by people, or inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hop:
    """One step along a foreign key: a column of one relation holds the key column of another."""

    column: str
    """In the relation that is left."""
    relation: int
    """The relation that is come to: pg_class.oid."""
    key: str
    """Its column that `column` holds."""


@dataclass(frozen=True, slots=True)
class TenantPath:
    """How a row leads to its tenant: through some hops, to a column."""

    column: str
    """The tenant column, of the relation itself or of the last hop's."""
    hops: tuple[Hop, ...] = ()

    @property
    def first(self) -> str:
        """The column of the relation itself that says whose a row is: the tenant's, or what leads to it."""
        return self.hops[0].column if self.hops else self.column


@dataclass(frozen=True, slots=True)
class TenantMap:
    """The tenant of every relation that has one, and the identities of a session."""

    path_of: Mapping[int, TenantPath]
    """By relation oid. What is not in it has no tenant column."""
    identities: tuple[str, ...]
    """SQL expressions of the session, or `members(tenant_id) where user_id = current_setting('app.user_id')`."""
    inferred: bool
    """Whether any of it was guessed rather than stated."""
    reason: str = ""
    """For people: how it was come to."""
