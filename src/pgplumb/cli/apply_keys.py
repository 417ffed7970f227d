"""Single keys while a plan runs in a terminal: p pause and go on, + faster, - slower, s stop."""

from __future__ import annotations

import os
import select
import sys
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pgplumb.migrate.apply.controls import Controls

_LOOK = 0.1


class Keys:
    """A context manager that listens in a thread of its own; without a terminal it does nothing."""

    def __init__(self, controls: Controls, *, wanted: bool = True) -> None:
        """`wanted` is False where nobody shall be asked, terminal or not."""
        self._controls = controls
        self._terminal = wanted and sys.stdin.isatty() and sys.stdout.isatty()
        self._ended = threading.Event()
        self._listening = threading.Lock()
        self._thread: threading.Thread | None = None
        self._before: list[int | list[bytes | int]] = []

    def __enter__(self) -> Self:
        if self._terminal:
            self._take()
            self._thread = threading.Thread(target=self._listen, name="pgplumb-keys", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._give_back()

    def ask(self, question: str, wanted: str) -> bool:
        """Ask for a line and tell whether it is what is wanted; without a terminal nobody answers."""
        if not self._terminal:
            return False
        with self._listening:
            self._give_back()
            try:
                print(question, end="", flush=True)
                return sys.stdin.readline().strip() == wanted
            finally:
                self._take()

    def _listen(self) -> None:
        while not self._ended.is_set():
            with self._listening:
                ready, _, _ = select.select([sys.stdin], [], [], _LOOK)
                if ready:
                    self._heard(os.read(sys.stdin.fileno(), 1))
            # Let a question have its turn.
            self._ended.wait(0.01)

    def _heard(self, key: bytes) -> None:
        controls = self._controls
        if key == b"p":
            (controls.go_on if controls.paused else controls.pause)()
        elif key == b"+":
            controls.faster()
        elif key == b"-":
            controls.slower()
        elif key in (b"s", b""):
            controls.stop()

    def _take(self) -> None:
        """Have keys at once and unechoed; ctrl+c stays a signal."""
        import termios
        import tty

        self._before = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)

    def _give_back(self) -> None:
        import termios

        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)
