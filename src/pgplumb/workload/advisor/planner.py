"""What the advisor asks of the twin, as a protocol: a database to plan in, with indexes that it may show or hide."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.twin.gaps import Gaps


class PlannedIndex(Protocol):
    """A candidate as the planner's database has it (`twin.candidate.Candidate`)."""

    @property
    def ddl(self) -> str: ...

    @property
    def name(self) -> str:
        """Qualified."""

    @property
    def size_bytes(self) -> int: ...

    @property
    def error(self) -> str | None: ...


class PlanningDatabase(Protocol):
    """A database that plans like the target (`twin.planning.PlanningDatabase`)."""

    @property
    def session(self) -> Session: ...

    @property
    def candidates(self) -> Sequence[PlannedIndex]:
        """One for each DDL that was asked for, in its order."""

    @property
    def gaps(self) -> Gaps:
        """What it lacks of the target."""

    def show(self, names: Collection[str]) -> None:
        """Let the planner see these candidates and no other."""

    def hide(self, names: Collection[str]) -> None:
        """Let the planner see every index of the target but these."""


class Planner(Protocol):
    """Gives planning databases (`twin.twin.Twin.planning`)."""

    def __call__(self, scale: float = 1, indexes: Sequence[str] = ()) -> PlanningDatabase: ...
