"""Signals as a program in somebody's terminal has them.

A run of the tests that was started in the background, or with nohup, ignores them, and what it starts does too.
"""

from __future__ import annotations

import signal


def heed_interrupts() -> None:
    """Let ctrl+c and ctrl+\\ reach what this process starts from now on."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def heed_terminal() -> None:
    """Let the loss of its terminal reach this process, which becomes another program."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
