"""Takes the states of a feed and lets a test wait for the one it means."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from pgplumb.tui.state import State


class Recorder:
    """What a feed posted, newest last."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self._arrived = threading.Condition()

    def post(self, state: State) -> None:
        """Take a state; from any thread."""
        with self._arrived:
            self.states.append(state)
            self._arrived.notify_all()

    def wait(self, wanted: Callable[[State], object], seconds: float = 60.0) -> tuple[State, float]:
        """Return the first state from now on that is wanted, and how many seconds that took."""
        began = time.monotonic()
        with self._arrived:
            if self.states and wanted(self.states[-1]):
                return self.states[-1], 0.0
            while (left := began + seconds - time.monotonic()) > 0:
                self._arrived.wait(left)
                if self.states and wanted(self.states[-1]):
                    return self.states[-1], time.monotonic() - began
        last = self.states[-1].connection if self.states else None
        raise AssertionError(f"no such state within {seconds} s; the last connection was {last}")
