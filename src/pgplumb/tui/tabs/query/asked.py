"""Which requests have their answers on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.tui.state import Phase

if TYPE_CHECKING:
    from pgplumb.tui.requests import Request
    from pgplumb.tui.state import State


class Asked:
    """What was asked for. An answer is on its way while the one from before still stands."""

    def __init__(self) -> None:
        self._before: dict[Request, object] = {}

    def ask(self, state: State, request: Request) -> bool:
        """Note a request that is to be posted; False where its answer is on its way."""
        if self.waits(state, request):
            return False
        self._before[request] = state.answers.get(request)
        return True

    def waits(self, state: State, request: Request) -> bool:
        """Whether an answer is on its way. None comes over a connection that is lost."""
        if request not in self._before:
            return False
        if state.answers.get(request) is self._before[request] and state.connection.phase is Phase.LIVE:
            return True
        del self._before[request]
        return False
