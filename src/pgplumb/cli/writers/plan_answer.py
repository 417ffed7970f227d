"""What `pgplumb plan` found, as the writers get it."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.workload.planned import Planned


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """Plans with where they were made."""

    plans: tuple[Planned, ...]
    where: str
    """target, twin or both."""
    scale: float
    twin_version: str | None
    """None without a twin."""
    notes: tuple[str, ...] = ()
    """What concerns every plan of the twin."""
