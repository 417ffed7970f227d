"""The program in a real terminal: bytes, signals, colours."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.tui.ptydrive import PtyDrive

SHELL = [sys.executable, "-m", "tests.tui.shell_program"]
TABLE = [sys.executable, "-m", "tests.tui.table_program", "10000"]
RGB = re.compile(rb"\x1b\[[0-9;]*[34]8;2;")
COLOURED = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8)(?:;[0-9;]*)?m")


@contextmanager
def drive(
    command: list[str],
    wanted: str,
    columns: int = 120,
    rows: int = 40,
    environment: dict[str, str] | None = None,
) -> Iterator[PtyDrive]:
    """A program that has come to rest."""
    with PtyDrive(command, columns=columns, rows=rows, environment=environment) as driven:
        driven.wait_for(wanted)
        driven.settle(0.5)
        yield driven


def test_a_cursor_move_costs_at_most_600_bytes_a_changed_cell_300_and_nothing_nothing() -> None:
    with drive(TABLE, "schema_0") as driven:
        for key in ("down", "j", "up"):
            assert 0 < driven.press(key) <= 600, key
        assert 0 < driven.press("x") <= 300
        assert driven.press("z") == 0


def test_in_the_whole_application_a_cursor_move_costs_at_most_600_bytes_and_idling_none() -> None:
    with drive(SHELL, "app.audit_log") as driven:
        for key in ("j", "down", "k"):
            assert 0 < driven.press(key) <= 600, key
        driven.settle(0.6)
        before = driven.sent
        driven.settle(2.5)
        assert driven.sent == before


def test_going_to_the_checklist_and_back_sends_no_whole_screen() -> None:
    with drive(SHELL, "app.audit_log") as driven:
        assert driven.press("c") < 4000
        assert driven.press("c") < 4000


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.long)])
def test_a_signal_restores_the_terminal_and_names_itself_in_the_status(number: signal.Signals) -> None:
    with drive(SHELL, "app.audit_log") as driven:
        start = len(driven.raw)
        driven.process.send_signal(number)
        assert driven.end() == 128 + number
        left = bytes(driven.raw[start:])
        for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l"):
            assert sequence in left


def test_q_leaves_the_terminal_whole_with_status_0() -> None:
    with drive(SHELL, "app.audit_log") as driven:
        driven.write("q")
        assert driven.end() == 0
        assert b"\x1b[?1049l" in driven.raw[-400:]


@pytest.mark.long
def test_over_ssh_the_mouse_is_left_to_the_terminal() -> None:
    with drive(SHELL, "app.audit_log", environment={"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}) as driven:
        assert b"\x1b[?1003h" not in driven.raw
    with drive(SHELL, "app.audit_log") as driven:
        assert b"\x1b[?1003h" in driven.raw


def test_no_color_means_no_colour_at_all() -> None:
    with drive(SHELL, "app.audit_log", environment={"NO_COLOR": "1"}) as driven:
        driven.press("j", "2", "c")
        assert not COLOURED.search(driven.raw)
        assert "PROD" in driven.text


@pytest.mark.long
def test_a_terminal_of_16_colours_gets_its_own_colours() -> None:
    with drive(SHELL, "app.audit_log", environment={"TERM": "xterm", "COLORTERM": ""}) as driven:
        assert COLOURED.search(driven.raw)
        assert not RGB.search(driven.raw)


@pytest.mark.long
def test_without_utf8_only_ascii_is_sent() -> None:
    environment = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with drive(SHELL, "app.audit_log", environment=environment) as driven:
        assert bytes(driven.raw).isascii()
        assert "\\u" not in driven.text
        assert "fail" in driven.text


@pytest.mark.long
def test_at_20_by_5_it_says_so_and_a_larger_terminal_brings_everything_back() -> None:
    with drive(SHELL, "too small", 20, 5) as driven:
        driven.press("j", "2", "1", "c")
        driven.resize(120, 40)
        driven.wait_for("app.audit_log")


def test_nothing_blinks() -> None:
    with drive(SHELL, "app.audit_log") as driven:
        driven.press("/", "o")
        driven.settle(0.6)
        before = driven.sent
        driven.settle(1.5)
        assert driven.sent == before
        assert b"\x1b[5m" not in driven.raw


def test_a_mouse_that_only_moves_sends_nothing() -> None:
    with drive(SHELL, "app.audit_log") as driven:
        before = driven.sent
        for column in range(20, 50):
            driven.write(f"\x1b[<35;{column};{8 + column % 20}M")
        driven.settle(0.4)
        assert driven.sent == before
