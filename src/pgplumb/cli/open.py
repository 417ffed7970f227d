"""`pgplumb [TARGET]`: the terminal UI."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, UsageError

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
    from pgplumb.cli.connect import named_target
    from pgplumb.foundation.config import load_config

    config = load_config()
    if arguments.offline and any(
        (arguments.target, arguments.host, arguments.port, arguments.username, arguments.dbname)
    ):
        raise UsageError("--offline opens a file and no server: name one of the two.")
    target = None if arguments.offline else named_target(arguments, config)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the UI needs a terminal, and standard input or output is none. Use `pgplumb check` in scripts."
        )
    from pgplumb.tui.app import open_app

    open_app(target, offline=arguments.offline, config=config)
    return DONE
