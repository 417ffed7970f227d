"""Copying, in a terminal and inside tmux."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from pgplumb.tui.clipboard import OSC52_LIMIT, copy


def tmux(folder: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> Path:
    """Put a program called tmux on the path that keeps what it is given."""
    program, given = folder / "tmux", folder / "given"
    program.write_text(f'#!/bin/sh\necho "$@" > {given}.arguments\ncat > {given}\nexit {status}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    return given


async def test_outside_tmux_it_is_osc_52_and_says_so() -> None:
    app = App[None]()
    async with app.run_test():
        said = copy(app, "select 1")
        assert app.clipboard == "select 1"
        assert said == "copied 8 characters with OSC 52, if the terminal permits it"


async def test_inside_tmux_it_goes_through_tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmux(tmp_path, monkeypatch, 0)
    app = App[None]()
    async with app.run_test():
        assert copy(app, "naïve\ntext") == "copied 2 lines through tmux"
        assert given.read_text() == "naïve\ntext"
        assert Path(f"{given}.arguments").read_text().split() == ["load-buffer", "-w", "-"]
        assert app.clipboard == ""


async def test_where_tmux_refuses_osc_52_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmux(tmp_path, monkeypatch, 1)
    app = App[None]()
    async with app.run_test():
        assert "OSC 52" in copy(app, "x")
        assert app.clipboard == "x"


async def test_too_much_for_a_terminal_is_not_copied_and_that_is_said() -> None:
    app = App[None]()
    async with app.run_test():
        assert copy(app, "x" * (OSC52_LIMIT + 1)).startswith("not copied")
        assert app.clipboard == ""
