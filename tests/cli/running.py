"""The program: as a process of its own, in a terminal of its own, and inside this process, which is far cheaper."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from pgplumb.cli.main import main
from tests.signals import heed_terminal

PROGRAM = str(Path(sys.executable).with_name("pgplumb"))

SHOP = """
    CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer_id bigint NOT NULL REFERENCES customers ON DELETE RESTRICT);
    CREATE TABLE notes (body text);
"""
"""Fails `fk-columns-indexed` (a warning) once and `table-has-primary-key` (an error) once."""


def pgplumb(*arguments: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end, without a terminal."""
    return subprocess.run(
        [PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **environment},
        start_new_session=True,
    )


def here(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program inside this process, without a terminal: for what is no matter of the process itself."""
    output, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        status = main(arguments)
    texts = []
    for stream in (output, error):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return subprocess.CompletedProcess([PROGRAM, *arguments], status, *texts)


class Terminal:
    """The program in a terminal of its own: what it prints, and keys for it."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.output = ""
        # What is read may end within a character.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pid, self._terminal = pty.fork()
        if not self._pid:
            heed_terminal()
            os.execve(PROGRAM, [PROGRAM, *arguments], {**os.environ, "TERM": "xterm", **environment})

    def until(self, text: str, timeout: float = 60) -> str:
        """Read until a text was printed; return all that came so far."""
        deadline = time.monotonic() + timeout
        while text not in self.output:
            assert self._read(deadline - time.monotonic()), f"no {text!r} in {self.output!r}"
        return self.output

    def type(self, text: str) -> None:
        """Send keys."""
        os.write(self._terminal, text.encode())

    def wait(self, timeout: float = 60) -> int:
        """Read to the end and return the exit status."""
        deadline = time.monotonic() + timeout
        while self._read(deadline - time.monotonic()):
            pass
        status = self._end(max(deadline, time.monotonic() + 5))
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(status)

    def _end(self, deadline: float) -> int:
        while time.monotonic() < deadline:
            ended, status = os.waitpid(self._pid, os.WNOHANG)
            if ended:
                return status
            select.select([], [], [], 0.01)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        raise AssertionError(f"it did not end: {self.output!r}")

    def _read(self, timeout: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], max(timeout, 0))
        if not ready:
            return False
        try:
            data = os.read(self._terminal, 65536)
        except OSError:
            return False
        self.output += self._decoder.decode(data)
        return bool(data)
