"""Who may do what to which object: real privileges, and which policies then apply. Facts, never a verdict.

Privileges and memberships are what the server said (`access_reader`), never derived here. Sources:
https://www.postgresql.org/docs/current/ddl-rowsecurity.html and, for views,
https://www.postgresql.org/docs/current/sql-createview.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from pgplumb.catalog.model import Catalog, Role
from pgplumb.catalog.relation import Policy, Relation
from pgplumb.foundation.names import dotted, part

COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

_BY_KIND = {"v": COMMANDS[:4], "m": COMMANDS[:1]}
_POLICY_LETTER = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d"}
_TRUE = ("true", "on", "yes", "1", "t", "y", "tr", "tru", "ye")
_DEEPEST = 16


class Bit(IntFlag):
    """What a role holds on a relation, as `privileges.sql` adds it up."""

    SELECT = 1
    INSERT = 2
    UPDATE = 4
    DELETE = 8
    TRUNCATE = 16
    SELECT_COLUMN = 32
    INSERT_COLUMN = 64
    UPDATE_COLUMN = 128
    SCHEMA = 256


_SCHEMA = int(Bit.SCHEMA)
_ASKED = {
    command: (int(Bit[command]), int(Bit.__members__.get(f"{command}_COLUMN", Bit(0))))
    for command in COMMANDS
}
"""The bits of a privilege on the relation and on some columns, as plain numbers: they are looked at a million times."""


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
    """Privilege on a view, which has no row security of its own: `AccessCell.reasons` says what it reads."""
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
    """Whether the statement is allowed at all, the schema's USAGE included; None where unknown."""
    columns_only: bool = False
    """The privilege is held on some columns, not on the relation."""
    bypass: str | None = None
    """Why row security does not bind: "row security is off", "superuser", "owner app, not forced", ..."""
    permissive: tuple[str, ...] = ()
    """Names of the policies that apply to this role and command."""
    restrictive: tuple[str, ...] = ()
    checked_as: int | None = None
    """For views: the role whose privileges and policies count for the tables below."""
    reasons: tuple[str, ...] = ()
    """The chain of facts, first to last, for people. Names are quoted but not sanitised."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pairs of roles the server was asked about, by oid."""

    roles: frozenset[int]
    targets: frozenset[int]

    def both(self, other: Asked) -> Asked:
        """Return what another reading asked about too."""
        return Asked(self.roles & other.roles, self.targets & other.targets)

    def of(self, usage: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        """Return those of some pairs that were asked about here."""
        return frozenset(pair for pair in usage if pair[0] in self.roles and pair[1] in self.targets)


@dataclass(frozen=True, slots=True)
class AccessMatrix:
    """Privileges of roles on relations; cells are worked out when looked at."""

    catalog: Catalog
    roles: tuple[Role, ...]
    """By name."""
    objects: tuple[Relation, ...]
    """By schema and name: tables, partitions, views, materialized and foreign tables."""
    group_of: Mapping[int, int]
    """For each relation, the one whose privileges were asked for: both have the same owner, schema and grants."""
    bits: Mapping[tuple[int, int], int | None]
    """`Bit`s by (asked relation, role)."""
    usage: frozenset[tuple[int, int]]
    """(role, other) where pg_has_role(role, other, 'USAGE') holds: policies and ownership bind through it."""
    omitted: str | None = None
    """What was left out because there is too much of it, and how to see it; None where nothing was."""
    asked: Asked | None = None
    """Of whom `usage` was asked; None where that is not known."""

    def uses_as(self, other: AccessMatrix) -> bool:
        """Whether all roles that were asked about in both have each other's privileges alike.

        Owners and roles that policies name come and go with relations: who asks what changed sees these themselves.
        """
        if self.usage == other.usage:
            return True
        if self.asked is None or other.asked is None:
            return False
        both = self.asked.both(other.asked)
        return both.of(self.usage) == both.of(other.usage)

    def commands(self, relation: int) -> tuple[str, ...]:
        """Return the commands that apply to the relation's kind."""
        return _BY_KIND.get(self.catalog.relations[relation].kind, COMMANDS)

    def cells(self, relation: int) -> Iterator[AccessCell]:
        """Yield the cells of one object: by role, then by command."""
        for role in self.roles:
            for command in self.commands(relation):
                yield self.cell(relation, role.oid, command)

    def cell(self, relation: int, role: int, command: str) -> AccessCell:
        """Return one cell. Raises KeyError for an object or role outside the catalog."""
        subject = self.catalog.relations[relation]
        holding = self.holding(relation, role, command)
        reasons = [holding.reason]
        if holding.allowed is None:
            return AccessCell(relation, role, command, Access.UNKNOWN, None, reasons=tuple(reasons))
        if not holding.allowed:
            return AccessCell(relation, role, command, Access.DENIED, False, reasons=tuple(reasons))
        state, checked_as = Access.VIEW, None
        binding = Binding(None)
        if subject.kind == "v":
            checked_as = role if security_invoker(subject) else subject.owner
            reasons += self._below(subject, role, command, 0)
        else:
            binding = self.binding(subject, role, command)
            state = binding.state
            reasons += binding.reasons
        return AccessCell(
            relation=relation,
            role=role,
            command=command,
            state=state,
            privilege=True,
            columns_only=holding.columns_only,
            bypass=binding.bypass,
            permissive=tuple(p.name for p in binding.permissive),
            restrictive=tuple(p.name for p in binding.restrictive),
            checked_as=checked_as,
            reasons=tuple(reasons),
        )

    def holding(self, relation: int, role: int, command: str) -> Holding:
        """Return whether a role may run a command on a relation at all, as the server answered."""
        subject = self.catalog.relations[relation]
        held = self.bits.get((self.group_of.get(relation, 0), role))
        if held is None:
            return Holding(None, False, f"{subject.qualified} changed while it was read")
        whole, columns = _ASKED[command]
        allowed = bool(held & (whole | columns)) and bool(held & _SCHEMA)
        name = part(self.catalog.roles[role].name)
        if not held & (whole | columns):
            reason = f"{name} has no {command} on {subject.qualified}"
        elif not held & _SCHEMA:
            reason = f"{name} has {command} but no USAGE on schema {dotted(subject.schema)}"
        elif held & whole:
            reason = f"{name} has {command} on {subject.qualified}"
        else:
            reason = f"{name} has {command} on some columns of {subject.qualified}"
        return Holding(allowed, not held & whole, reason)

    def held_on_columns_only(self, relation: int, role: int, command: str) -> bool:
        """Whether a role has a privilege on some columns of a relation and not on the whole."""
        held = Bit(self.bits.get((self.group_of.get(relation, 0), role)) or 0)
        return bool(held & Bit.__members__.get(f"{command}_COLUMN", Bit(0))) and not held & Bit[command]

    def binding(self, relation: Relation, role: int, command: str) -> Binding:
        """Return what of row security binds a role on a relation that it may use; views have none."""
        bypass = self._bypass(relation, role, command)
        if bypass is not None:
            return Binding(bypass, reasons=(bypass,))
        letters = ("*", _POLICY_LETTER[command])
        policies = [
            p
            for p in sorted(relation.policies, key=lambda p: p.name)
            if p.command in letters and any(r == 0 or (role, r) in self.usage for r in p.roles)
        ]
        permissive = tuple(p for p in policies if p.permissive)
        restrictive = tuple(p for p in policies if not p.permissive)
        reasons = ["row security is on and binds"]
        if relation.parents:
            parent = self.catalog.relations.get(relation.parents[0])
            name = parent.qualified if parent else "its parent"
            reasons.append(f"named directly, its own policies apply, not those of {name}")
        reasons += [f"{_kind(p)} policy {part(p.name)} applies" for p in (*permissive, *restrictive)]
        if not permissive:
            reasons.append(f"no permissive policy applies to {command}: no row passes")
        return Binding(None, permissive, restrictive, tuple(reasons))

    def _bypass(self, relation: Relation, role: int, command: str) -> str | None:
        """Say why row security does not bind, in the order in which the server decides."""
        who = self.catalog.roles[role]
        if relation.kind == "m":
            return "a materialized view has no row security"
        if relation.kind == "f":
            return "a foreign table has no row security"
        if command == "TRUNCATE":
            return "TRUNCATE is not filtered by row security"
        if not relation.row_security:
            return "row security is off"
        if who.superuser:
            return "superuser"
        if who.bypass_rls:
            return "BYPASSRLS"
        if relation.force_row_security or (role, relation.owner) not in self.usage:
            return None
        owner = part(self.catalog.role_name(relation.owner))
        return "owner, not forced" if role == relation.owner else f"member of owner {owner}, not forced"

    def _below(self, view: Relation, role: int, command: str, depth: int) -> Iterator[str]:
        """Say as whom a view reads which relations, and what of row security binds there."""
        invoker = security_invoker(view)
        acting = role if invoker else view.owner
        name = part(self.catalog.role_name(acting))
        whose = "the caller, as security_invoker says" if invoker else f"the owner of {view.qualified}"
        yield f"works as {name}, {whose}"
        for oid in sorted(view.depends_on):
            base = self.catalog.relations.get(oid)
            if base is None or base.oid == view.oid:
                continue
            if base.kind == "v":
                yield f"reads the view {base.qualified}"
                if depth < _DEEPEST:
                    yield from self._below(base, role, command, depth + 1)
            elif acting in self.catalog.roles:
                yield f"{base.qualified} as {name}: {self._summary(base, acting, command)}"

    def _summary(self, base: Relation, acting: int, command: str) -> str:
        binding = self.binding(base, acting, command)
        if binding.bypass:
            return binding.bypass
        names = [part(p.name) for p in (*binding.permissive, *binding.restrictive)]
        return f"policies {', '.join(names)} apply" if binding.permissive else "no permissive policy applies"


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether one role holds the privilege of one command on one relation."""

    allowed: bool | None
    """None where unknown."""
    columns_only: bool
    """On some columns, not on the relation."""
    reason: str


@dataclass(frozen=True, slots=True)
class Binding:
    """How row security binds one role on one relation for one command."""

    bypass: str | None
    """Why it does not; None where it does."""
    permissive: tuple[Policy, ...] = ()
    restrictive: tuple[Policy, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def state(self) -> Access:
        """The state of a cell whose statement is allowed."""
        if self.bypass is not None:
            return Access.BYPASS
        return Access.POLICIES if self.permissive else Access.NO_POLICY


def security_invoker(view: Relation) -> bool:
    """Whether a view reads its tables as its caller (PostgreSQL 15 and later)."""
    return (view.option("security_invoker") or "false").lower() in _TRUE


def _kind(policy: Policy) -> str:
    return "permissive" if policy.permissive else "restrictive"
