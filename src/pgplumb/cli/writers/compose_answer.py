"""What `pgplumb compose` made, as the writers get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.migrate.change import Intent
    from pgplumb.migrate.judged import Judged
    from pgplumb.migrate.plan import Plan, Step
    from pgplumb.migrate.proof import Proof

FORMAT = "pgplumb.compose.v1"


@dataclass(frozen=True, slots=True)
class ComposeAnswer:
    """A plan with what is known of it."""

    intent: Intent
    plan: Plan
    judged: Judged
    proof: Proof | None
    """None where it was not asked for."""
    twin: bool
    """Whether there was a server to rehearse in."""


def claimed(steps: Sequence[Step]) -> str:
    """Return what a plan says of its own way back: exact, shape or none."""
    if any(step.down is None or step.reversible == "none" for step in steps):
        return "none"
    return "shape" if any(step.reversible == "shape" for step in steps) else "exact"


def proved_words(proof: Proof) -> str:
    """Return a verdict in the words of people."""
    words = {"shape": "shape only: rows are lost", "none": "not reversible"}
    return words.get(proof.verdict, proof.verdict)
