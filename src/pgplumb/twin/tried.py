"""A planning database of one's own, where a change is made, planned with, and taken back by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.twin.answers import Ran
from pgplumb.twin.migrated import Migrated, NotMigrated, why_not
from pgplumb.twin.session import CagedSession

if TYPE_CHECKING:
    from pgplumb.twin.planning import PlanningDatabase
    from pgplumb.twin.twin import Twin


class Tried:
    """A context manager; the database is dropped with it. What is changed is seen by the next plan."""

    def __init__(self, twin: Twin) -> None:
        """Copy the twin's schema at its own size."""
        self._twin = twin
        self._copy = Migrated.run(twin, "")
        try:
            self.planning: PlanningDatabase = self._copy.planning()
        except BaseException:
            self._copy.close()
            raise
        self._caged = CagedSession(twin._server, self.planning.name)

    def change(self, script: str) -> None:
        """Run statements as the cage role, which may do what owners may. Raises NotMigrated."""
        # A session of a planning database begins as the target's role, whose own rights may be fewer.
        answer = self._caged.run_autocommit(f"SET ROLE NONE; {script}")
        if not isinstance(answer, Ran):
            raise NotMigrated(why_not(answer), max(answer.statement - 1, 0))

    def close(self) -> None:
        """Drop it; may be called twice."""
        self._caged.close()
        self._copy.close()

    def __enter__(self) -> Tried:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
