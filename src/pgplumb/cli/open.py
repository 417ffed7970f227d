"""`pgplumb [TARGET]`: the terminal UI."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, UsageError, say

NAME = "open"
HELP = "Hold a plumb line to a PostgreSQL database, in the terminal."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_target(parser)
    parser.add_argument(
        "--offline", metavar="FILE", type=Path, help="open a saved catalog instead of a server"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Open the UI and stay until it is left."""
    from pgplumb.cli.arguments import target_of
    from pgplumb.foundation.config import load_config
    from pgplumb.server.target import PASSWORD_WARNING, Target, holds_password

    config = load_config()
    if arguments.offline and any(
        (arguments.target, arguments.host, arguments.port, arguments.username, arguments.dbname)
    ):
        raise UsageError("--offline opens a file and no server: name one of the two.")
    named = arguments.target or arguments.dbname or ""
    if named.startswith("@"):
        # What the configuration alone can tell is told before the screen opens.
        target_of(arguments, config)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the UI needs a terminal, and standard input or output is none. Use `pgplumb check` in scripts."
        )
    if holds_password(named):
        say(f"pgplumb: warning: {PASSWORD_WARNING}")
    from pgplumb.tui.app import open_app

    def target() -> Target:
        # libpq reads the string in the feed's thread: its client library takes longer to load than the first paint.
        return target_of(arguments, config)

    open_app(None if arguments.offline else target, offline=arguments.offline, config=config)
    return DONE
