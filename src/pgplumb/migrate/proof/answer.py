"""What became of a proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pgplumb.catalog.diff import Difference

ProofVerdict = Literal["exact", "shape", "none", "unknown"]
"""exact: the down brings back everything; shape: the catalog, but not the rows, values or order of columns; none: it
does not, or there is none; unknown: the twin could not tell."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a migration can be taken back, as tried in the twin."""

    verdict: ProofVerdict
    why: str
    """One line for people; never empty."""
    differences: tuple[Difference, ...] = ()
    """Between the start and the state after the down; or, where `repeatable` is false, between the two states after
    the up."""
    losses: tuple[str, ...] = ()
    """Rows, values and positions that the up takes away, one line each."""
    unknown: tuple[str, ...] = ()
    """What could not be told, one line each."""
    repeatable: bool | None = None
    """Whether the up ran again after the down with the same result; None where it did not come to that."""
    sqlstate: str | None = None
    """Of the statement that failed."""
    seconds: float = 0.0
