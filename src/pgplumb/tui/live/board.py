"""The one state under construction: both reading threads change it, each change is posted to the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pgplumb.tui.state import Connection, Problem, State

Post = Callable[[State], None]


class Board:
    """Holds the newest state and posts every change of it. Usable from any thread."""

    def __init__(self, state: State, clock: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._clock = clock
        self._lock = threading.Lock()
        self._post: Post | None = None

    @property
    def state(self) -> State:
        """The newest state."""
        return self._state

    def open(self, post: Post) -> None:
        """Begin to post."""
        with self._lock:
            self._post = post
            post(self._state)

    def close(self) -> None:
        """Post nothing any more."""
        with self._lock:
            self._post = None

    def change(self, *fresh: str, **changes: Any) -> None:
        """Replace fields of the state. Parts named in `fresh`, and those replaced, are current as of now.

        What becomes None was not read, and has no age.
        """
        now = self._clock()
        with self._lock:
            ages = {**self._state.ages, **dict.fromkeys((*fresh, *changes), now)}
            ages = {part: age for part, age in ages.items() if changes.get(part, True) is not None}
            self._state = replace(self._state, ages=ages, **changes)
            if self._post is not None:
                self._post(self._state)

    def connection(self, **changes: Any) -> None:
        """Replace fields of the connection."""
        with self._lock:
            connection: Connection = replace(self._state.connection, **changes)
            if connection == self._state.connection:
                return
            if connection.phase is not self._state.connection.phase:
                connection = replace(connection, since=self._clock())
            self._state = replace(self._state, connection=connection)
            if self._post is not None:
                self._post(self._state)

    def problem(self, part: str, text: str | None) -> None:
        """Say why a part could not be read, or, with None, that it could."""
        kept = tuple(p for p in self._state.problems if p.part != part)
        problems = kept if text is None else (*kept, Problem(part, text))
        if problems != self._state.problems:
            self.change(problems=problems)
