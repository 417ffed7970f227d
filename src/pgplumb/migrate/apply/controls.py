"""What people can say to a run, from any thread: pause, faster, slower, stop; and the answers that it asks for."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Literal

Settled = Literal["done", "again"]

SHARES = (0.05, 0.1, 0.25, 0.5, 0.8, 1.0)
"""The part of the time that a backfill works; it sleeps for the rest."""
USUAL = 4


class Controls:
    """Shared by the run and whoever watches it. Answers are given while an event that asks is being handled."""

    def __init__(self, gates_passed: Iterable[int] = ()) -> None:
        self._changed = threading.Condition()
        self._stopping = False
        self._paused = False
        self._speed = USUAL
        self._gates = set(gates_passed)
        self._more: set[int] = set()
        self._settled: dict[int, Settled] = {}
        self._unwanted: set[int] = set()

    def stop(self) -> None:
        """Stop as soon as that leaves a clean state: after the batch, or by cancelling the statement."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Hold a backfill after the batch that runs."""
        self._set(paused=True)

    def go_on(self) -> None:
        """End a pause."""
        self._set(paused=False)

    def faster(self) -> None:
        """Let a backfill work a larger part of the time."""
        self._set(speed=min(self._speed + 1, len(SHARES) - 1))

    def slower(self) -> None:
        """Let a backfill work a smaller part of the time."""
        self._set(speed=max(self._speed - 1, 0))

    def pass_gate(self, step: int) -> None:
        """Say that what the gate of a step asks for is done."""
        self._gates.add(step)

    def keep_trying(self, step: int) -> None:
        """Allow a step as many attempts again."""
        self._more.add(step)

    def settle(self, step: int, outcome: Settled) -> None:
        """Say what became of an interrupted statement: it is done, or it has to run again."""
        self._settled[step] = outcome

    def end_blocker(self, pid: int) -> None:
        """Cancel the statement of a session that is in the way, or end the session where it runs none.

        It is done only while that session is seen in the way.
        """
        self._unwanted.add(pid)

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._stopping

    @property
    def paused(self) -> bool:
        """Whether a backfill is held."""
        return self._paused

    @property
    def share(self) -> float:
        """The part of the time that a backfill works, from 0.05 to 1."""
        return SHARES[self._speed]

    def gate_passed(self, step: int) -> bool:
        """Whether the gate of a step was passed."""
        return step in self._gates

    def wants_more(self, step: int) -> bool:
        """Whether a step shall be tried further; asked once for each time that it was said."""
        if step in self._more:
            self._more.discard(step)
            return True
        return False

    def settled(self, step: int) -> Settled | None:
        """Return what was said of an interrupted statement, once."""
        return self._settled.pop(step, None)

    def unwanted(self, pid: int) -> bool:
        """Whether a session in the way shall be ended; asked once for each time that it was said."""
        if pid in self._unwanted:
            self._unwanted.discard(pid)
            return True
        return False

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until anything is said."""
        with self._changed:
            if not self._stopping:
                self._changed.wait(seconds)

    def _set(self, *, paused: bool | None = None, speed: int | None = None) -> None:
        with self._changed:
            if paused is not None:
                self._paused = paused
            if speed is not None:
                self._speed = speed
            self._changed.notify_all()
