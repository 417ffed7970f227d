"""The Migrations tab in a real terminal: what a key costs, the person's own editor, bytes that are no text."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tui.ptydrive import PtyDrive
from tests.tui.saved import FILE

SHELL = [sys.executable, "-m", "tests.tui.shell_program"]
PROGRAM = [sys.executable, "-c", "from pgplumb.cli.main import run; run()", "--offline", str(FILE)]
PASTE, PASTED = "\x1b[200~", "\x1b[201~"


@contextmanager
def migrations(command: list[str], **environment: str) -> Iterator[PtyDrive]:
    """The program on its Migrations tab."""
    with PtyDrive(command, environment=environment) as driven:
        driven.wait_for("app.audit_log")
        driven.settle(0.4)
        driven.press("5")
        driven.wait_for("A migration, up and down")
        yield driven


@pytest.mark.long
def test_a_key_costs_at_most_600_bytes_at_the_end_of_500_lines_and_resting_none() -> None:
    with migrations(SHELL) as driven:
        driven.press("e")
        lines = "\r".join(f"ALTER TABLE app.tasks\r    ADD COLUMN c{n} int;" for n in range(250))
        driven.write(f"{PASTE}{lines}\r{PASTED}")
        driven.wait_for(" 501")
        driven.settle(3.0)
        for key in ("S", "E", "L", "left", "right", "backspace"):
            assert 0 < driven.press(key, quiet=0.1) <= 600, key
        driven.settle(3.0)
        before = driven.sent
        driven.settle(1.5)
        assert driven.sent == before


def an_editor(directory: Path, script: str) -> str:
    """A program that behaves like an editor."""
    path = directory / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.long
def test_a_text_goes_to_the_persons_editor_and_comes_back_onto_a_whole_screen(tmp_path: Path) -> None:
    editor = an_editor(
        tmp_path,
        'printf "\\033[2J\\033[Hediting %s\\n" "${1##*/}"; cat "$1"; read -r line; echo "SELECT 2;" >> "$1"',
    )
    with migrations(SHELL, VISUAL=editor) as driven:
        driven.press("e", *"SELECT 1;", quiet=0.1)
        driven.press("escape")
        driven.wait_for("no hazard is known")
        driven.settle(0.5)
        whole = [line for number, line in enumerate(driven.lines) if number not in (0, 4, 5)]
        driven.press("o")
        driven.wait_for("editing migration.up.sql")
        assert "SELECT 1;" in driven.text
        assert "Migrations" not in driven.text
        driven.press("\n")
        driven.wait_for("back from the editor")
        driven.wait_for("SELECT 2;")
        driven.press("e", "ctrl+z", "escape")
        driven.until(lambda: "SELECT 2;" not in driven.text)
        driven.settle(1.0)
        now = [line for number, line in enumerate(driven.lines) if number not in (0, 4, 5)]
        assert now == whole
        driven.press("q")
        driven.wait_for("Quit without saving?")
        driven.write("y")
        assert driven.end() == 0


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("exit 3", "left with status 3: the text stays as it was"),
        pytest.param('printf "\\377" > "$1"', "is not UTF-8", marks=pytest.mark.long),
    ],
)
def test_what_an_editor_does_wrong_is_said_and_the_text_stays(
    tmp_path: Path, script: str, complaint: str
) -> None:
    with migrations(SHELL, VISUAL=an_editor(tmp_path, script)) as driven:
        driven.press("e", *"VACUUM;", quiet=0.05)
        driven.write("\x0f")
        driven.wait_for(complaint)
        driven.wait_for("VACUUM;")


def test_ctrl_c_in_the_editor_ends_neither_program_nor_text(tmp_path: Path) -> None:
    editor = an_editor(tmp_path, "trap 'echo caught; exit 0' INT; echo ready; while :; do sleep 0.05; done")
    with migrations(SHELL, VISUAL=editor) as driven:
        driven.press("e", *"VACUUM;", quiet=0.05)
        driven.write("\x0f")
        driven.wait_for("ready")
        driven.press("ctrl+c")
        driven.wait_for("VACUUM;")
        assert driven.process.poll() is None


def test_bytes_that_are_no_utf8_are_shown_as_unknown_and_end_nothing() -> None:
    with migrations(PROGRAM) as driven:
        driven.press("e")
        assert driven._master is not None
        os.write(driven._master, PASTE.encode() + b"SELECT 'caf\xe9\x00\x80\xff';" + PASTED.encode())
        driven.wait_for("SELECT 'caf�")
        driven.press("escape", "1")
        driven.wait_for("app.audit_log")
