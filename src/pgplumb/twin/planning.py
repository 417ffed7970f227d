"""A database of the twin that plans like the target, at its size or a multiple of it, with indexes that it lacks."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pgplumb.twin.candidate import Candidate, show

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.session import Session
    from pgplumb.twin.gaps import Gaps


class PlanningDatabase:
    """Made by `Twin.planning`. No relation has rows: nothing may be run here, only planned."""

    def __init__(
        self,
        name: str,
        scale: float,
        session: Session,
        builder: psycopg.Connection,
        candidates: tuple[Candidate, ...],
        gaps: Gaps,
    ) -> None:
        self.name = name
        self.scale = scale
        """How many times the target's rows and pages there are."""
        self.session = session
        """The cage role's, with the target's planner settings: `workload.plan.explain` works as on a target."""
        self.candidates = candidates
        """One for each DDL that was asked for, in its order; none is seen by the planner at first."""
        self.gaps = gaps
        self._builder = builder
        self._shown: frozenset[str] = frozenset()
        self._hidden: frozenset[str] = frozenset()

    def show(self, names: Collection[str]) -> None:
        """Let the planner see these candidates (by qualified name) and no other."""
        wanted = frozenset(names)
        if wanted != self._shown:
            show(self._builder, self.candidates, tuple(wanted))
            self._shown = wanted

    def hide(self, names: Collection[str]) -> None:
        """Let the planner see every index of the target but these (by qualified name)."""
        wanted = frozenset(names)
        if wanted == self._hidden:
            return
        changed = [(name, name in wanted) for name in sorted(wanted ^ self._hidden)]
        self._builder.execute(
            "UPDATE pg_index SET indisvalid = NOT h.hidden"
            " FROM unnest(%s::text[], %s::bool[]) AS h (name, hidden)"
            " WHERE indexrelid IN (SELECT to_regclass(h.name)::oid UNION ALL"
            " SELECT relid FROM pg_partition_tree(to_regclass(h.name)))",
            [[name for name, _ in changed], [hidden for _, hidden in changed]],
        )
        self._hidden = wanted

    def close(self) -> None:
        """End its connections; the database stays until the twin stops. May be called twice."""
        self.session.close()
        self._builder.close()

    def __enter__(self) -> PlanningDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
