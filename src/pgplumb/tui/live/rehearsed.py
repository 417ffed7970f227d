"""What comes of trying a migration in the twin, as the screen takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from pgplumb.catalog.model import Catalog
    from pgplumb.checks.checklist import Checklist
    from pgplumb.migrate.lint.answer import Linted
    from pgplumb.migrate.proof import Proof
    from pgplumb.migrate.regressions import Regression
    from pgplumb.migrate.rehearsal import Rehearsal
    from pgplumb.migrate.what_if import Flips
    from pgplumb.tui.requests import ComparePlans, Prove, Rehearse


@dataclass(frozen=True, slots=True, eq=False)
class AsItWouldBe:
    """The whole checklist after a migration."""

    before: Checklist
    after: Checklist
    flips: Flips


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsed:
    """One migration, rehearsed."""

    request: Rehearse
    rehearsal: Rehearsal
    linted: Linted
    """Locks, work and hazards, as measured where they were."""
    catalog: Catalog
    """The target's, as it was then."""
    made_at: datetime
    """When the twin was made, in UTC."""
    version: str
    """The twin's server: "18.6"."""
    notes: tuple[str, ...]
    """What the twin is not like the target in."""
    checklist: AsItWouldBe | None = None
    """None until the rules have run, and where the catalog after is not known."""
    unchecked: str | None = None
    """Why there is no checklist; None while it is being worked out."""
    seconds: float = 0.0
    """From the request to the rehearsal's end, without the checklist."""


@dataclass(frozen=True, slots=True, eq=False)
class Proven:
    """A down, tried."""

    request: Prove
    proof: Proof


@dataclass(frozen=True, slots=True, eq=False)
class ComparedPlans:
    """Plans of what ran most, before and after."""

    request: ComparePlans
    found: tuple[Regression, ...]
    seconds: float
    why_not: str | None = None
    """Why nothing was compared."""
