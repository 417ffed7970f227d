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


@contextmanager
def progress() -> Iterator[Step]:
    """Give a function that shows what is being done, in one line that goes away; only on a terminal."""
    shown = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    def step(what: str) -> None:
        if shown:
            print(f"{_CLEAR}reading {what} ...", end="", file=sys.stderr, flush=True)

    try:
        yield step
    finally:
        if shown:
            print(_CLEAR, end="", file=sys.stderr, flush=True)
