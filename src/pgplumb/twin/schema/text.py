"""What a twin's schema is made from: statements in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.twin.gaps import Gaps

MAKES = (17, 20, 28)
"""Phases of steps that make relations."""
OWNER_PHASE = 81
"""Of steps that give a relation of a dump to its owner."""


@dataclass(frozen=True, slots=True)
class Step:
    """One object, or one property of it: what is sent together and stands or falls together."""

    phase: int
    """Steps of a lower phase are tried first."""
    object: str
    """Its identifier: `table:public.orders`."""
    relation: str | None
    """The relation that it belongs to, as `foundation.names.dotted` writes it."""
    sql: str
    """One statement, or several with semicolons between them."""
    substitute: str | None = None
    """Tried where `sql` is refused: less than the target has, but what depends on it can be made."""
    concerns: tuple[str, ...] = ()
    """Other relations that are incomplete without it: those above a partition."""


@dataclass(frozen=True, slots=True)
class SchemaText:
    """A schema as statements that make it in an empty database."""

    steps: tuple[Step, ...]
    """By phase; within one, in the order in which the objects came to be."""
    gaps: Gaps = field(default_factory=Gaps)
    """What was left out on purpose or could not be read."""
    owner: str | None = None
    """The role that owns the target's database."""
    roles: tuple[str, ...] = ()
    """The roles that the steps make stubs of."""

    @property
    def relations(self) -> frozenset[str]:
        """The relations that the steps make, as `foundation.names.dotted` writes them."""
        return frozenset(s.relation for s in self.steps if s.phase in MAKES and s.relation is not None)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What came of a SchemaText in a twin."""

    gaps: Gaps
    """What the twin lacks, the gaps of the text included."""
    built: int
    """Steps that were made."""
    failed: Mapping[str, str]
    """Objects of which something could not be made, and why, in the server's words."""
