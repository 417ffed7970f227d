"""What a policy costs in the queries seen, and what would cost less. Texts are data: sanitise to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pgplumb.workload.statements import Key

Kind = Literal["rewrite", "index", "per-row", "barrier"]

RATIO = 1.1
"""How many times cheaper a query must be to count: the planner prices a bare current_setting() low."""
LEAST = 100.0
"""By how much besides, in the planner's units: about as many pages read one after the other."""


def pays(before: float, after: float) -> bool:
    """Whether a plan is really cheaper than another."""
    return before >= RATIO * after and before - after >= LEAST


@dataclass(frozen=True, slots=True)
class Effect:
    """One query seen, and what its plan costs."""

    key: Key
    query: str
    role: str
    share: float
    """Of the time of all statements, from 0 to 1."""
    before: float
    """The plan's cost as the policy is, in the planner's units."""
    after: float
    """With the mend, or without the policy where there is none."""


@dataclass(frozen=True, slots=True)
class Alteration:
    """One policy's new predicates; None where a side stays."""

    policy: str
    using: str | None
    check: str | None


@dataclass(frozen=True, slots=True)
class Mend:
    """What makes the queries cheaper, planned so in the twin, and allowed to be offered."""

    alterations: tuple[Alteration, ...] = ()
    columns: tuple[str, ...] = ()
    """Of an index to create."""
    arguments: tuple[str, ...] = ()
    """Why the new predicates say the same as the old ones."""
    gates: int = 0
    """Gates of roles and commands of which the prover says the same before and after."""


@dataclass(frozen=True, slots=True)
class PolicyCost:
    """One finding: policies of one table that make queries dearer than need be."""

    kind: Kind
    relation: int
    object: str
    """As object identifiers write it: "table:public.docs"."""
    table: str
    """Qualified."""
    policies: tuple[str, ...]
    predicate: str
    """The condition as the plan prints it; empty where it stands in no scan of the table."""
    where: str
    """One of `ends`: index, filter, hashed, subplan."""
    rows: float
    at_least: bool
    """Whether the condition may be asked of more rows than that."""
    message: str
    effects: tuple[Effect, ...]
    """The queries that get cheaper, those that take most of the time first."""
    mend: Mend | None = None
    declined: str | None = None
    """Why no mend is offered."""

    @property
    def saved(self) -> float:
        """The part of the time of all statements that would be saved, as far as cost is time."""
        return sum(e.share * (1 - e.after / e.before) for e in self.effects if e.before > 0)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of one table's policies."""

    queries: int
    """Plans that read the table with its policies."""
    ends: Mapping[str, int] = field(default_factory=dict)
    """In how many of them the predicate ends where."""


@dataclass(frozen=True, slots=True)
class PolicyCosts:
    """What the plans of the queries seen say of all policies."""

    planned: int
    findings: tuple[PolicyCost, ...] = ()
    """What saves most first."""
    looked: Mapping[int, Looked] = field(default_factory=dict)
    """By pg_class.oid. A table that is not in it was read by none of the queries."""
    unplanned: tuple[str, ...] = ()
    """Why queries could not be planned, each reason once."""
    unseen: tuple[str, ...] = ()
    """What limits all of it, for people."""
