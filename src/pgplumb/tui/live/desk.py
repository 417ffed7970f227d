"""Where questions of the screen go: to the server or to its twin; and where answers are kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.tui.live.rehearsed import ComparedPlans
from pgplumb.tui.requests import AskTarget, ComparePlans, OfRehearsal, OfServer, OfTwin

if TYPE_CHECKING:
    from pgplumb.foundation.profile import Profile
    from pgplumb.server.session import Session
    from pgplumb.tui.live.board import Board
    from pgplumb.tui.live.errands import Errands
    from pgplumb.tui.live.rehearsals import Rehearsals
    from pgplumb.tui.live.twins import Twins
    from pgplumb.tui.requests import Request

ANSWERS = 200
"""How many answers are kept; the oldest go first."""


class Desk:
    """Asks, and puts answers on the board. Usable from any thread."""

    def __init__(
        self,
        board: Board,
        errands: Callable[[], Errands | None],
        profile: Callable[[], Profile | None] = lambda: None,
    ) -> None:
        """`errands` gives the second connection while there is one; `profile` what the rules are told."""
        self._board = board
        self._profile = profile
        self._errands = errands
        self._lock = threading.Lock()
        self._twins: Twins | None = None
        """Of the target that is shown, once something was asked of it."""
        self._rehearsals: Rehearsals | None = None

    def ask(self, request: OfServer | OfTwin | OfRehearsal) -> None:
        """Take a question; returns at once."""
        if isinstance(request, OfRehearsal):
            self._rehearse(request)
        elif isinstance(request, OfTwin):
            self._board.change(running="work in the twin")
            self._twin().ask(request)
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
        if self._rehearsals is not None:
            self._rehearsals.give_up()

    def leave(self) -> Twins | None:
        """Stop the twin: another target is shown, or none. Returns at once, with what may be waited for."""
        rehearsals, self._rehearsals = self._rehearsals, None
        if rehearsals is not None:
            rehearsals.stop()
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

    def _rehearse(self, request: OfRehearsal) -> None:
        from pgplumb.tui.live.rehearsals import Rehearsals

        if self._rehearsals is None:
            self._rehearsals = Rehearsals(self._board, self._twin, self._profile)
        self._rehearsals.ask(request)

    def _twin(self) -> Twins:
        """Return who makes and keeps the twin."""
        from pgplumb.tui.live.twins import Twins

        if self._twins is None:
            made: list[Twins] = []

            def answered(asked: OfTwin, answer: object) -> None:
                # What comes of the twin of another target is of no use here.
                if self._twins is made[0]:
                    self._keep(asked, answer)

            made.append(Twins(self._board, self._errands, answered))
            self._twins = made[0]
        return self._twins

    def _keep(self, request: Request, answer: object) -> None:
        if isinstance(request, ComparePlans):
            if isinstance(answer, Unread):
                answer = ComparedPlans(request, (), 0.0, answer.reason)
            self._board.change(compared=answer, running=None)
            return
        with self._lock:
            before = self._board.state.answers
            if isinstance(request, AskTarget):
                # The last one alone: each holds a whole text.
                before = {asked: old for asked, old in before.items() if not isinstance(asked, AskTarget)}
            answers = {**before, request: answer}
            while len(answers) > ANSWERS:
                del answers[next(iter(answers))]
            self._board.change(answers=answers, running=None)
