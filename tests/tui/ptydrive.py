"""Drives a real program in a pseudo-terminal: types keys, reads the screen, counts the bytes that were sent.

with PtyDrive([sys.executable, "-m", "pgplumb", "demo"], columns=120, rows=40) as drive:
    drive.wait_for("Tables")
    sent = drive.press("j")
    assert sent <= 600
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyte

from tests.signals import heed_terminal

KEYS = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "space": " ",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "cdfnpquwxz"},
}


class PtyDrive:
    """A program on a terminal of its own. Its screen is kept by pyte as the bytes come."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = 0
        """Bytes that the program has written so far."""
        self.raw = bytearray()
        """Those bytes."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # The size is the terminal's own: test runners set variables that would overrule it.
        left_out = ("NO_COLOR", "TMUX", "SSH_CONNECTION", "COLUMNS", "LINES")
        kept = {k: v for k, v in os.environ.items() if k not in left_out}
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}

        def opened() -> None:
            heed_terminal()
            os.login_tty(slave)

        self.process = subprocess.Popen(
            list(command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**kept, **terminal, **(environment or {})},
            preexec_fn=opened,
        )
        os.close(slave)
        self._master: int | None = master

    def __enter__(self) -> PtyDrive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self.hang_up()

    @property
    def master(self) -> int:
        """The other end of its terminal."""
        if self._master is None:
            raise OSError("the terminal has gone")
        return self._master

    @property
    def lines(self) -> list[str]:
        """The lines of the screen, blanks at their ends left out."""
        return [text.rstrip() for text in self.screen.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def read(self, timeout: float) -> bool:
        """Read what comes within a time; False when nothing came or the program has gone."""
        if self._master is None or not select.select([self.master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.sent += len(data)
        self.raw += data
        self._stream.feed(data)
        return bool(data)

    def until(self, holds: Callable[[], bool], deadline: float = 60.0) -> None:
        """Read until something holds. Raises AssertionError with the screen when it does not in time."""
        end = time.monotonic() + deadline
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"not seen within {deadline:.0f} s; the screen:\n{self.text}")
            self.read(0.05)

    def wait_for(self, wanted: str, deadline: float = 60.0) -> None:
        """Read until a text stands on the screen."""
        try:
            self.until(lambda: wanted in self.text, deadline)
        except AssertionError as error:
            raise AssertionError(f"{wanted!r} {error}") from None

    def settle(self, quiet: float = 0.25, deadline: float = 60.0) -> int:
        """Read until nothing comes for a while and the program is not at work; return the bytes that came."""
        before, end = self.sent, time.monotonic() + deadline
        while (self.read(quiet) or self._at_work()) and time.monotonic() < end:
            pass
        return self.sent - before

    def _at_work(self) -> bool:
        """Whether a thread of the program runs, or would if the machine were not busy with something else."""
        for stat in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            # A thread may end while we look.
            with suppress(OSError):
                if stat.read_text().rpartition(")")[2].split()[0] == "R":
                    return True
        return False

    def write(self, data: str) -> None:
        """Type characters as they are."""
        os.write(self.master, data.encode())

    def press(self, *keys: str, quiet: float = 0.25) -> int:
        """Type keys (names of KEYS, or characters), wait for silence, return the bytes that came."""
        before = self.sent
        for key in keys:
            self.write(KEYS.get(key, key))
            # What follows too soon upon an escape is read as alt and that key.
            self.settle(max(quiet, 0.3) if key == "escape" else quiet)
        return self.sent - before

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def clear(self) -> None:
        """Forget what the screen shows, as if somebody had cleared it."""
        self.screen.reset()

    def hang_up(self) -> None:
        """Take the terminal away, as when a window is closed or a connection is lost."""
        if self._master is not None:
            os.close(self._master)
            self._master = None

    def end(self, deadline: float = 60.0) -> int:
        """Wait for the program to leave, reading what it writes; return its exit status."""
        self.until(lambda: self.process.poll() is not None, deadline)
        self.settle(0.05)
        return self.process.returncode
