"""Terminals of every kind: few colours, no colour, no UTF-8, no terminal at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pgplumb.tui.widgets.glyphs import to_ascii
from tests.cli.running import PROGRAM, pgplumb
from tests.databases import Database
from tests.pty.driving import at_rest, cells, opened
from tests.tui.ptydrive import PtyDrive

RGB = re.compile(rb"\x1b\[[0-9;]*[34]8;2;")
COLOURED = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8)(?:;[0-9;]*)?m")
EVERYWHERE = ("j", "2", "3", "4", "5", "1", "c", "c", "?")
NOT_UTF8 = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_no_color_means_no_colour_on_any_tab(shop: Database) -> None:
    with opened(shop.conninfo, environment={"NO_COLOR": "1"}) as drive:
        drive.press(*EVERYWHERE, quiet=0.15)
        assert not COLOURED.search(drive.raw)


@pytest.mark.parametrize(
    "term",
    ["linux", *(pytest.param(term, marks=pytest.mark.long) for term in ("xterm", "screen", "vt100"))],
)
def test_a_terminal_of_16_colours_gets_only_its_own(shop: Database, term: str) -> None:
    with opened(shop.conninfo, environment={"TERM": term, "COLORTERM": ""}) as drive:
        if term == "linux":
            drive.press(*EVERYWHERE, quiet=0.15)
        assert COLOURED.search(drive.raw)
        assert not RGB.search(drive.raw)
        assert b"[38;5;" not in drive.raw


@pytest.mark.long
def test_without_utf8_the_same_layout_is_drawn_in_ascii(shop: Database) -> None:
    # All is read and judged, or the second screen would show more of it than the first.
    with opened(shop.conninfo) as drive:
        at_rest(drive, shop)
        unicode = [cells(drive, y) for y in range(drive.screen.lines)]
    with opened(shop.conninfo, environment=NOT_UTF8) as drive:
        at_rest(drive, shop)
        plain = [cells(drive, y) for y in range(drive.screen.lines)]
        drive.press(*EVERYWHERE, quiet=0.15)
        assert bytes(drive.raw).isascii()
        assert "\\u" not in drive.text
    assert sum("│" in line for line in unicode) > 30
    # The lines above hold figures that may have changed meanwhile.
    assert [to_ascii(line) for line in unicode[2:12]] == plain[2:12]


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_be_drawn_on_is_refused_in_one_line(term: str) -> None:
    with PtyDrive([PROGRAM, "host=/nonexistent"], environment={"TERM": term}) as drive:
        assert drive.end() == 2
        assert f"TERM is {term}" in drive.text
        assert b"\x1b" not in drive.raw


def test_without_a_terminal_it_says_so_in_one_line() -> None:
    done = pgplumb("host=/nonexistent")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr


def test_with_standard_error_in_a_file_it_draws_on_the_terminal(shop: Database, tmp_path: Path) -> None:
    log = tmp_path / "errors"
    command = ["/bin/sh", "-c", 'exec "$0" "$1" 2>"$2"', PROGRAM, shop.conninfo, str(log)]
    with PtyDrive(command) as drive:
        drive.wait_for("public.orders")
        drive.write("q")
        assert drive.end() == 0
    assert log.read_text() == ""


def test_an_exported_size_does_not_outlive_a_resize(shop: Database) -> None:
    environment = {"COLUMNS": "80", "LINES": "24"}
    with opened(shop.conninfo, columns=80, rows=24, environment=environment) as drive:
        drive.resize(120, 40)
        drive.wait_for("CHECKLIST")


def test_over_ssh_the_mouse_is_left_to_the_terminal(shop: Database) -> None:
    environment = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}
    with opened(shop.conninfo, environment=environment, read=False) as drive:
        assert b"\x1b[?1003h" not in drive.raw
        assert b"\x1b[?1000h" not in drive.raw
