"""A family of hazards: one file in `families/`, found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from pgplumb.foundation.one_a_module import found_in
from pgplumb.migrate.hazards.effect import Effects
from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World

Look = Callable[[Step, Effects, World], Iterable[Hazard]]


@dataclass(frozen=True, slots=True)
class Family:
    """Hazards that belong together. `look` sees each statement with its effects and the world before it."""

    name: str
    ids: frozenset[str]
    """The hazards that it may find."""
    look: Look
    end: Callable[[World], Iterable[Hazard]] | None = None
    """Looks once more at the whole, after the last statement."""


@cache
def all_families() -> tuple[Family, ...]:
    """Return every family, by name."""
    from pgplumb.migrate.hazards import families

    return tuple(found_in(families, "FAMILY"))
