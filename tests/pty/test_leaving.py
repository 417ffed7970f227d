"""However the program ends, the terminal is as it was found and the server keeps nothing of it."""

from __future__ import annotations

import os
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import Database
from tests.pty.driving import MODES, MOUSE, gone, opened
from tests.tui.ptydrive import PtyDrive
from tests.waiting import eventually


@contextmanager
def watched(shop: Database) -> Iterator[PtyDrive]:
    """The program on 80 x 24; at the end, what it has to undo when it leaves is looked at."""
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        assert not echoes(drive)
        start = len(drive.raw)
        yield drive
        left = bytes(drive.raw[start:])
        for sequence in (*MODES, *MOUSE):
            assert sequence in left
        assert echoes(drive)


def echoes(drive: PtyDrive) -> bool:
    """Tell whether the terminal is in its ordinary mode: it shows what is typed and ctrl+c is a signal."""
    flags = termios.tcgetattr(drive.master)[3]
    return all(flags & flag for flag in (termios.ECHO, termios.ICANON, termios.ISIG))


def test_q_leaves_with_status_0(shop: Database) -> None:
    with watched(shop) as drive:
        drive.write("q")
        assert drive.end() == 0
        assert gone(shop)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_within_a_second_and_names_itself_in_the_status(
    shop: Database, number: signal.Signals
) -> None:
    with watched(shop) as drive:
        begun = time.monotonic()
        drive.process.send_signal(number)
        assert drive.end() == 128 + number
        assert time.monotonic() - begun < 1.5
        assert gone(shop)


def test_a_signal_before_the_first_paint_leaves_the_terminal_whole_too(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24, wanted="", read=False) as drive:
        drive.until(lambda: b"\x1b[?1049h" in drive.raw)
        drive.process.send_signal(signal.SIGTERM)
        assert drive.end() == 143
        assert echoes(drive)
        assert b"\x1b[?1049l" in drive.raw
        assert gone(shop)


def test_killed_it_leaves_no_backend_for_long(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24, read=False) as drive:
        drive.process.kill()
        assert drive.end() == -9
        assert gone(shop, 10)


def test_when_its_terminal_goes_away_it_goes_too(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        drive.hang_up()
        assert eventually(lambda: drive.process.poll() is not None, 5)
        assert drive.process.returncode == 129
        assert gone(shop)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_terminal_that_takes_nothing_cannot_hold_it(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        keys = iter("c" * 120)

        def typed() -> bool:
            key = next(keys, "")
            drive.write(key)
            return not key

        assert eventually(typed)
        assert eventually(Still(drive.process.pid))
        begun = time.monotonic()
        drive.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: drive.process.poll() is not None, 8)
        assert drive.process.returncode == 143
        assert time.monotonic() - begun > 1.5
        assert gone(shop)


@pytest.mark.parametrize("stop", [signal.SIGSTOP, signal.SIGTSTP, None])
def test_after_a_stop_it_draws_again_and_still_leaves_the_terminal_whole(
    shop: Database, stop: signal.Signals | None
) -> None:
    with watched(shop) as drive:
        start = len(drive.raw)
        if stop is None:
            drive.write("\x1a")
        else:
            drive.process.send_signal(stop)
        assert eventually(lambda: stopped(drive.process.pid))
        if stop is not signal.SIGSTOP:
            drive.until(lambda: b"\x1b[?1049l" in drive.raw[start:])
            assert echoes(drive)
        drive.clear()
        drive.process.send_signal(signal.SIGCONT)
        drive.wait_for("public.customers")
        drive.press("j")
        drive.wait_for("▌ public.notes")
        drive.write("q")
        assert drive.end() == 0


class Still:
    """Whether a process has done nothing for half a second."""

    def __init__(self, pid: int) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._ticks = ""
        self._since = 0.0

    def __call__(self) -> bool:
        ticks = " ".join(self._stat.read_text().rpartition(")")[2].split()[11:13])
        if ticks != self._ticks:
            self._ticks, self._since = ticks, time.monotonic()
        return time.monotonic() - self._since > 0.5


def stopped(pid: int) -> bool:
    """Tell whether a process is stopped."""
    found, _ = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
    return found == pid


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_ours_is_one_line_and_shows_no_variables(shop: Database, debug: bool) -> None:
    command = [sys.executable, "-m", "tests.pty.crash_program", shop.conninfo, *(["--debug"] * debug)]
    with PtyDrive(command, columns=200, rows=50) as drive:
        drive.wait_for("public.orders")
        start = len(drive.raw)
        drive.write("?")
        assert drive.end() in (1, 2)
        assert echoes(drive)
        left = bytes(drive.raw[start:]).partition(b"\x1b[?1049l")[2].decode()
        assert "ZeroDivisionError: a fault of 20 characters" in left
        assert ("Traceback" in left) is debug
        assert "locals" not in left
        assert 'secret = "' not in left or debug
        assert gone(shop)
