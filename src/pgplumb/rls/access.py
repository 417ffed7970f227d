"""Who may do what to which object: real privileges, and which policies then apply. Facts, never a verdict.

Privileges and memberships are asked of the server (has_table_privilege, has_any_column_privilege,
pg_has_role), never derived here. Sources: https://www.postgresql.org/docs/current/ddl-rowsecurity.html,
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog, Role
    from pgplumb.catalog.relation import Relation
    from pgplumb.server.session import Unit

COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


class Access(StrEnum):
    """What is known of one object, role and command without looking into a predicate."""

    DENIED = "denied"
    """No privilege."""
    BYPASS = "bypass"
    """Privilege, and row security does not bind: `AccessCell.bypass` says why."""
    POLICIES = "policies"
    """Privilege, and policies apply. What they let through is not proved."""
    NO_POLICY = "no policy"
    """Privilege, row security binds and no permissive policy applies: no row passes."""
    VIEW = "view"
    """Privilege on a view, which has no row security of its own: `AccessCell.reasons` names what it reads."""
    UNKNOWN = "unknown"
    """The server gave no answer: the object changed while it was read."""


@dataclass(frozen=True, slots=True)
class AccessCell:
    """One object, role and command."""

    relation: int
    role: int
    command: str
    """One of COMMANDS."""
    state: Access
    privilege: bool | None
    columns_only: bool = False
    """The privilege is held on some columns, not on the relation."""
    bypass: str | None = None
    """Why row security does not bind: "row security is off", "owner, not forced", "superuser", ..."""
    permissive: tuple[str, ...] = ()
    """Names of the policies that apply to this role and command."""
    restrictive: tuple[str, ...] = ()
    checked_as: int | None = None
    """For views: the role whose privileges and policies count for the tables below."""
    reasons: tuple[str, ...] = ()
    """The chain of facts, first to last, for people."""


@dataclass(frozen=True, slots=True)
class AccessMatrix:
    """Privileges of roles on relations; cells are worked out when looked at."""

    catalog: Catalog
    roles: tuple[Role, ...]
    """By name."""
    objects: tuple[Relation, ...]
    """By schema and name: tables, partitions, views, materialized and foreign tables."""
    masks: Mapping[tuple[int, int], int | None]
    """Privilege bits by (relation, role)."""
    usage: frozenset[tuple[int, int]]
    """(role, other) where pg_has_role(role, other, 'USAGE') holds: policies and ownership bind through it."""
    omitted: str | None = None
    """What was left out because there is too much of it, and how to see it; None where nothing was."""

    def cell(self, relation: int, role: int, command: str) -> AccessCell:
        """Return one cell. Raises KeyError for an object or role outside the matrix."""
        raise NotImplementedError

    def commands(self, relation: int) -> tuple[str, ...]:
        """Return the commands that apply to the relation's kind."""
        raise NotImplementedError


def read_access(
    unit: Unit, catalog: Catalog, roles: Collection[str] = (), objects: Collection[int] = ()
) -> AccessMatrix:
    """Ask the server for the privileges of roles on relations: two statements, no lock that waits.

    Without `roles`: every role outside pg_* that can log in or holds a privilege on a table. Without
    `objects`: every relation of users.
    """
    raise NotImplementedError
