"""Where questions of the screen go: to the server or to its twin; and where answers are kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from pgplumb.tui.requests import OfServer, OfTwin

if TYPE_CHECKING:
    from pgplumb.server.session import Session
    from pgplumb.tui.live.board import Board
    from pgplumb.tui.live.errands import Errands
    from pgplumb.tui.live.twins import Twins
    from pgplumb.tui.requests import Request

ANSWERS = 200
"""How many answers are kept; the oldest go first."""


class Desk:
    """Asks, and puts answers on the board. Usable from any thread."""

    def __init__(self, board: Board, errands: Callable[[], Errands | None]) -> None:
        """`errands` gives the second connection while there is one."""
        self._board = board
        self._errands = errands
        self._lock = threading.Lock()
        self._twins: Twins | None = None
        """Of the target that is shown, once something was asked of it."""

    def ask(self, request: OfServer | OfTwin) -> None:
        """Take a question; returns at once."""
        if isinstance(request, OfTwin):
            self._ask_twin(request)
        else:
            self._ask_server(request)

    def cancel(self) -> None:
        """Cancel the statement that runs, and give up what is worked out in the twin."""
        errands = self._errands()
        if errands is not None:
            threading.Thread(target=errands.cancel, daemon=True).start()
        self.give_up()

    def give_up(self) -> None:
        """Give up what is worked out in the twin."""
        if self._twins is not None:
            self._twins.give_up()

    def leave(self) -> Twins | None:
        """Stop the twin: another target is shown, or none. Returns at once, with what may be waited for."""
        twins, self._twins = self._twins, None
        if twins is not None:
            twins.stop()
        return twins

    def _ask_server(self, request: OfServer) -> None:
        errands = self._errands()
        if errands is None:
            return
        from pgplumb.tui.live.answers import answer

        def errand(session: Session) -> None:
            self._keep(request, answer(session, request, self._board.state))

        self._board.change(running=request.__class__.__name__.lower())
        errands.add(errand)

    def _ask_twin(self, request: OfTwin) -> None:
        from pgplumb.tui.live.twins import Twins

        if self._twins is None:
            made: list[Twins] = []

            def answered(asked: OfTwin, answer: object) -> None:
                # What comes of the twin of another target is of no use here.
                if self._twins is made[0]:
                    self._keep(asked, answer)

            made.append(Twins(self._board, self._errands, answered))
            self._twins = made[0]
        self._board.change(running="work in the twin")
        self._twins.ask(request)

    def _keep(self, request: Request, answer: object) -> None:
        with self._lock:
            answers = {**self._board.state.answers, request: answer}
            while len(answers) > ANSWERS:
                del answers[next(iter(answers))]
            self._board.change(answers=answers, running=None)
