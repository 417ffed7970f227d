"""Counters for the screen: those of tables often, what ANALYZE found in columns seldom."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.catalog.counters import read_counters
from pgplumb.tui.live.steady import same_figures

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.tui.live.board import Board
    from pgplumb.tui.live.rhythm import Rhythm

STILL_SECONDS = 60.0
"""How long a reading stands for later ones that say the same: rules also look at how long counters have run."""
COLUMN_STATISTICS_SECONDS = 300.0


class Counters:
    """Keeps `State.statistics` current."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._still = False
        """Whether the last two readings said the same, so that rates are 0 on the screen."""

    def read(self, session: Session, rhythm: Rhythm) -> None:
        """Read counters, and what is known of columns where its time has come."""
        columns = rhythm.due("column statistics", COLUMN_STATISTICS_SECONDS)
        began = time.monotonic()
        fresh = read_counters(session, columns=columns)
        if columns:
            rhythm.done("column statistics", began)
        elif (before := self._board.state.statistics) is not None:
            fresh = replace(
                fresh, columns=before.columns, reached=before.reached, host_rules=before.host_rules
            )
            rest = (fresh.read_at - before.read_at).total_seconds()
            if self._still and rest < STILL_SECONDS and same_figures(fresh, before):
                self._board.change("statistics")
                return
            self._still = same_figures(fresh, before)
        self._board.change(statistics=fresh)
