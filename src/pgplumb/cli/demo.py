"""`pgplumb demo`: a throwaway server with a sample database and a small live workload."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from pgplumb.cli.failures import DONE, INTERRUPTED, UsageError

NAME = "demo"
HELP = "Open the UI on a sample database with a live workload; leaves nothing behind."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--serve",
        action="store_true",
        help="print the database's address and serve until interrupted, without UI",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run the demo until it is left or interrupted."""
    if not arguments.serve and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the UI needs a terminal, and standard input or output is none. Use `pgplumb demo --serve`."
        )
    from pgplumb.demo.progress import ProgressBar
    from pgplumb.demo.run import Demo

    _on_termination(_interrupt)
    with ProgressBar() as bar:
        demo = Demo.start(bar)
    with demo:
        if arguments.serve:
            return _serve(demo.uri)
        # From here on the UI decides how it is left, so that the terminal is restored.
        _on_termination(signal.SIG_DFL)
        from pgplumb.foundation.config import load_config
        from pgplumb.server.target import Target
        from pgplumb.tui.app import open_app

        open_app(lambda: Target(demo.conninfo, environment="dev"), config=load_config())
    return DONE


def _serve(uri: str) -> int:
    print(uri, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _on_termination(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End like ctrl+c, so that the server is stopped and its files go."""
    raise KeyboardInterrupt
