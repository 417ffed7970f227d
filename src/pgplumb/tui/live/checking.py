"""Runs the rules on what is known, in the thread that reads: the screen finds the answers done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.catalog.unread import NOT_YET
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.quality import quality
from pgplumb.tui.live.steady import steady_checklist
from pgplumb.tui.objects import findings_by_relation

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.foundation.profile import Profile
    from pgplumb.tui.live.board import Board


class Checking:
    """Keeps `State.checklist` current."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._engine = Engine()

    def check(self, catalog: Catalog, profile: Profile) -> None:
        """Run the rules, and publish the checklist where an answer is another one."""
        state = self._board.state
        if state.catalog is None:
            return
        now = max(
            (part.read_at for part in (state.statistics, state.activity) if part),
            default=state.catalog.read_at,
        )
        checklist = self._engine.run(
            Facts(
                catalog=catalog,
                now=now,
                statistics=state.statistics or NOT_YET,
                activity=state.activity or NOT_YET,
                statements=state.statements or NOT_YET,
                capabilities=state.capabilities or NOT_YET,
                profile=profile,
            )
        )
        checklist = steady_checklist(checklist, state.checklist)
        if checklist is state.checklist:
            self._board.change("checklist")
        else:
            findings_by_relation(checklist, state.catalog)
            named = quality(checklist, profile, now.date())
            self._board.change(checklist=checklist, quality=named)
