"""What is said of one object, role and command once its predicates were read: the verdicts, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How far one role's command on one object stays within one tenant."""

    ISOLATED = "isolated"
    """Proved: every row that passes belongs to the session's tenant."""
    PARTIAL = "partial"
    """Some foreign rows pass, under a named condition."""
    OPEN = "open"
    """Foreign rows pass, under no condition."""
    DENIED = "denied"
    """Nothing passes: no privilege, no permissive policy, or a predicate that no row satisfies."""
    UNPROVED = "unproved"
    """Neither was shown. The reasons name the expression that stands in the way."""


class Ground(StrEnum):
    """Why foreign rows pass: the class of a condition."""

    ALWAYS = "always"
    ROW_FLAG = "row-flag"
    NULL_TENANT = "null-tenant"
    UNSET_SESSION = "unset-session"
    FORGEABLE_SETTING = "forgeable-setting"
    SIGNED_CLAIM = "signed-claim"
    ADMIN_ROW = "admin-row"
    CONSTANT_TENANT = "constant-tenant"
    INEQUALITY = "inequality"
    FOREIGN_WRITE = "foreign-write"
    TWO_STEP = "two-step"
    """A table that a proof trusts can be written by the role itself."""
    UNREAD = "unread"
    """An expression that the prover does not read."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through a predicate that was not proved to stay within the tenant."""

    ground: Ground
    text: str
    """The condition as SQL, for people; for UNREAD the exact sub-expression."""
    policies: tuple[str, ...] = ()
    """The permissive policies that it goes through."""
    confirmed: bool = False
    """Whether a witness row was seen to pass on the server."""


@dataclass(frozen=True, slots=True)
class Reliance:
    """A relation whose rows a proof relies on."""

    relation: int
    """pg_class.oid."""
    keyed: bool = False
    """Whether they are found by a key that the tested row holds, as parents are: other rows do not matter then, and
    only who changes the tenant of one that is there gains by it. Of a membership any row that is written may do."""
    plain: bool = True
    """Whether no condition stands beside it that is not read: a row that is written lets others pass for certain."""


@dataclass(frozen=True, slots=True)
class GateProof:
    """What the prover says of one predicate for one role: rows that pass, or rows that may be written."""

    verdict: Verdict
    """ISOLATED, DENIED (nothing satisfies it), UNPROVED, or the leak that its branches would be: PARTIAL, OPEN."""
    branches: tuple[Branch, ...] = ()
    """Those that leak or could not be read; empty where isolated or denied."""
    assumptions: tuple[str, ...] = ()
    """What the proof takes for granted, for people: "app.tenant_id is set by trusted code alone"."""
    relies: frozenset[Reliance] = frozenset()
    """What the proof relies on: memberships, parents."""
    reasons: tuple[str, ...] = ()
    plain: bool = True
    """Whether some row surely passes in some session: by a way of which everything is read."""

    @property
    def trusts(self) -> frozenset[int]:
        """Relations whose rows the proof relies on."""
        return frozenset(one.relation for one in self.relies)

    @property
    def leaks(self) -> bool:
        """Whether some branch would let foreign rows pass; only suspected until a witness confirms it."""
        return self.verdict in (Verdict.PARTIAL, Verdict.OPEN)


@dataclass(frozen=True, slots=True)
class Cell:
    """One object, role and command, judged."""

    object: str
    """Qualified, without the kind: "public.docs", "public.f(int4)"."""
    kind: str
    """table, view, matview, foreign_table or function."""
    role: str
    command: str
    """SELECT, INSERT, UPDATE, DELETE, TRUNCATE or EXECUTE."""
    verdict: Verdict
    suspected: bool = False
    """Whether a leak was found that nothing has confirmed."""
    reasons: tuple[str, ...] = ()
    """The chain of facts, first to last."""
    policies: tuple[str, ...] = ()
    using: str | None = None
    """The effective USING as SQL; None where none binds."""
    check: str | None = None
    """The effective WITH CHECK as SQL; None where none binds."""
    assumptions: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    relies: frozenset[Reliance] = field(default=frozenset())
    reaches: tuple[str, ...] = ()
    """For doors (views, functions): the tables behind them."""
    relation: int | None = None
    """pg_class.oid; None for functions."""

    @property
    def trusts(self) -> frozenset[int]:
        """Relations whose rows the proof relies on."""
        return frozenset(one.relation for one in self.relies)
