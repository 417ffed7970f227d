"""One session for a command: warnings about passwords, a question for a missing one, progress while it works."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import target_of
from pgplumb.cli.failures import say

if TYPE_CHECKING:
    from pgplumb.foundation.config import Config
    from pgplumb.server.session import Session
    from pgplumb.server.target import Target

Step = Callable[[str], None]

_CLEAR = "\r\x1b[K"
_BAR = 24


def named_target(arguments: argparse.Namespace, config: Config) -> Target:
    """Return the target that the arguments name; warn where they hold a password. Raises ConnectError."""
    target = target_of(arguments, config)
    if target.warning:
        say(f"pgplumb: warning: {target.warning}")
    return target


@contextmanager
def connected(target: Target) -> Iterator[Session]:
    """Open a session, asking for a missing password without echo where there is a terminal."""
    session = _open(target)
    try:
        yield session
    finally:
        session.close()


def _open(target: Target) -> Session:
    from pgplumb.server.errors import ConnectError
    from pgplumb.server.session import Session

    try:
        return Session.open(target)
    except ConnectError as error:
        if error.kind != "password-needed" or not _can_ask():
            raise
    return Session.open(target.with_password(ask_password(target)))


def _can_ask() -> bool:
    """Whether this process has a terminal of its own, wherever its standard input comes from."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def ask_password(target: Target) -> str:
    """Ask for a password on the terminal, without echo."""
    from getpass import getpass

    from pgplumb.foundation.text import sanitise

    return getpass(f"Password for {sanitise(target.label)}: ")


class Progress:
    """One line on standard error that says what is being done, and goes away; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    def __call__(self, what: str) -> None:
        """Say what is being read."""
        self._write(f"reading {what} ...")

    def bar(self, what: str, done: int, of: int) -> None:
        """Show how far something is."""
        filled = _BAR * done // max(of, 1)
        self._write(f"{what} [{'#' * filled}{'.' * (_BAR - filled)}] {done:,} of {of:,}")

    def clear(self) -> None:
        """Take the line away."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            print(f"{_CLEAR}{text}", end="", file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """Give a line of progress that is taken away at the end."""
    line = Progress()
    try:
        yield line
    finally:
        line.clear()
