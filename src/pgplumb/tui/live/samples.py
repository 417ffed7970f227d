"""Samples of what runs, taken while somebody looks and no statements are counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import QueryError
from pgplumb.workload.sampling import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pgplumb.server.session import Session
    from pgplumb.tui.live.board import Board
    from pgplumb.tui.live.rhythm import Rhythm

SAMPLE_SECONDS = 0.9
"""A little less than a second, which two ticks take."""
WATCHED_SECONDS = 60.0
"""How long is sampled after somebody has last looked."""


class Samples:
    """Keeps `State.sampled`."""

    def __init__(self, board: Board, clock: Callable[[], float] = time.monotonic) -> None:
        self._board = board
        self._clock = clock
        self._until = 0.0
        self._sampler = Sampler()

    def watch(self) -> None:
        """Go on for a minute from now; from any thread."""
        self._until = self._clock() + WATCHED_SECONDS

    def read(self, session: Session, own: Collection[int], rhythm: Rhythm) -> None:
        """Look once where it is time; forget all where statements are counted by now."""
        state = self._board.state
        if not isinstance(state.statements, Unread):
            if state.sampled is not None:
                self._sampler = Sampler()
                self._board.change(sampled=None)
        elif self._clock() < self._until and rhythm.due("samples", SAMPLE_SECONDS):
            began = self._clock()
            try:
                with session.unit() as unit:
                    self._board.change(sampled=self._sampler.look(unit, own))
                self._board.problem("samples", None)
            except QueryError as error:
                self._board.problem("samples", str(error))
            rhythm.done("samples", began)
