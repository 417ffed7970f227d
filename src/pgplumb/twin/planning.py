"""A database of the twin that plans like the target, at its size or a multiple of it, with indexes that it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
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
        *,
        plans_for_older: bool = False,
    ) -> None:
        self.name = name
        self.scale = scale
        """How many times the target's rows and pages there are."""
        self.session = session
        """The cage role's, with the target's planner settings: `workload.plan.explain` works as on a target."""
        self.candidates = candidates
        """One for each DDL that was asked for, in its order; none is seen by the planner at first."""
        self.gaps = gaps
        self.plans_for_older = plans_for_older
        """Whether the planner skips scans where the target's cannot (18 for an older one)."""
        self._builder = builder
        self._first: dict[str, str] | None = None
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

    @contextmanager
    def without_skips(self, indexes: Collection[str]) -> Iterator[None]:
        """Have the planner read these indexes whole where it has no condition on their first column.

        It skips only where it knows how many values that column has: for the block it does not.
        """
        rows = self._builder.execute(
            "UPDATE pg_statistic s SET stadistinct = 0"
            " FROM (SELECT o.starelid, o.staattnum, o.stainherit, o.stadistinct FROM pg_statistic o"
            " JOIN pg_index i ON i.indrelid = o.starelid AND i.indkey[0] = o.staattnum"
            " WHERE i.indexrelid = ANY(SELECT to_regclass(n) FROM unnest(%s::text[]) AS w (n))) AS b"
            " WHERE (s.starelid, s.staattnum, s.stainherit) = (b.starelid, b.staattnum, b.stainherit)"
            " RETURNING s.starelid::bigint, s.staattnum, s.stainherit, b.stadistinct",
            [sorted(indexes)],
        ).fetchall()
        try:
            yield
        finally:
            for relation, column, inherited, distinct in rows:
                self._builder.execute(
                    "UPDATE pg_statistic SET stadistinct = %s"
                    " WHERE starelid = %s AND staattnum = %s AND stainherit = %s",
                    [distinct, relation, column, inherited],
                )

    @property
    def hidden(self) -> frozenset[str]:
        """The indexes of the target that the planner does not see."""
        return self._hidden

    def first_column(self, index: str) -> str | None:
        """Return the first column of a B-tree of several, as SQL; None for any other index."""
        if self._first is None:
            rows = self._builder.execute(
                "SELECT n.nspname::text, c.relname::text, pg_get_indexdef(c.oid, 1, true) FROM pg_index i"
                " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                " JOIN pg_am a ON a.oid = c.relam"
                " WHERE a.amname = 'btree' AND i.indnkeyatts > 1 AND i.indkey[0] <> 0 AND c.oid >= 16384"
            ).fetchall()
            self._first = {dotted(schema, name): first for schema, name, first in rows}
        return self._first.get(index)

    def close(self) -> None:
        """End its connections; the database stays until the twin stops. May be called twice."""
        self.session.close()
        self._builder.close()

    def __enter__(self) -> PlanningDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
