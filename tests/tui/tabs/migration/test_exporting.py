"""Exporting from the screen: which files, where to, and nothing written over unasked."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pgplumb.migrate.formats import format_names
from pgplumb.tui.tabs.migration.export.screen import ExportScreen
from pgplumb.tui.tabs.migration.export.writing import planned, tool_of, write
from tests.migrate.apply.plans import ADD, INDEX, plan
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import Opened, opened

WHEN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
PLAN = plan(ADD, INDEX, name="20260314092653_cents")


async def until(on: Opened, holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, on.text
        await on.pilot.pause(0.02)


async def test_files_are_shown_written_and_told_and_the_next_time_the_tool_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.press("5", "e", *"select", "space", "1", "escape", "x")
        screen = on.app.screen
        assert isinstance(screen, ExportScreen)
        assert screen._tools.move_to("goose")
        await until(on, lambda: "+goose Up" in on.text)
        assert not (tmp_path / "migrations").exists()
        await on.press("enter", "enter")
        await until(on, lambda: "written to migrations" in on.text)
        (written,) = (tmp_path / "migrations").iterdir()
        assert "-- +goose Up" in written.read_text()
        await on.press("escape", "x")
        again = on.app.screen
        assert isinstance(again, ExportScreen)
        await until(on, lambda: again._planned is not None)
        assert again._tools.row is not None
        assert again._tools.row.name == "goose"


async def test_a_file_that_is_there_with_another_text_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = planned(PLAN, "liquibase", Path("migrations"), WHEN)
    async with opened(demo_state()) as on:
        on.app.push_screen(ExportScreen(PLAN, Path("migrations"), WHEN))
        await on.pilot.pause()
        screen = on.app.screen
        assert isinstance(screen, ExportScreen)
        assert screen._tools.move_to("liquibase")
        await until(on, lambda: screen._planned is not None and screen._planned.tool == "liquibase")
        path = Path("migrations") / first.files[0].path
        path.parent.mkdir(parents=True)
        path.write_text("mine\n")
        await on.press("enter", "enter")
        await until(on, lambda: "Write over what is there?" in on.text or "written to" in on.text)
        assert path.read_text() == "mine\n"


@pytest.mark.parametrize("tool", format_names())
def test_files_of_every_tool_are_written_as_they_are_shown(tool: str, tmp_path: Path) -> None:
    found = planned(PLAN, tool, tmp_path, WHEN)
    assert found.files
    assert not found.there
    paths = write(found.files, tmp_path)
    assert [path.read_text(encoding="utf-8") for path in paths] == [file.text for file in found.files]
    assert tool_of(tmp_path) == tool
