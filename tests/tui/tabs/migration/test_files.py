"""Saving a migration to files and loading it from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.tabs.migration.path_screen import PathScreen
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import Opened, opened
from tests.tui.tabs.migration.writing import (
    INDEX,
    tab_of,
    until,
    write,
)


async def answer_path(on: Opened, path: Path) -> None:
    """Type a path where one is asked for."""
    await until(on, lambda: on.at(PathScreen))
    await on.press("ctrl+u")
    screen = on.app.screen
    assert isinstance(screen, PathScreen)
    screen._field.value = str(path)
    await on.press("enter")


async def test_a_migration_is_saved_and_loaded_with_both_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, INDEX)
        await on.press("w")
        await until(on, lambda: re.search(r"\d{14}_create_index_app_tasks\.sql", on.text))
        await on.press("enter")
        await until(on, lambda: "saved to" in on.main.message)
        (saved,) = tmp_path.iterdir()
        assert saved.read_text() == f"-- up\n{INDEX}\n\n-- down\nDROP INDEX app.i;\n"
        assert tab_of(on).unsaved() is None
        assert "not saved" not in on.text
        await on.press("N")
        assert tab_of(on).texts.up.text == ""
        await on.press("L")
        await answer_path(on, saved)
        await until(on, lambda: tab_of(on).texts.up.text == INDEX)
        assert tab_of(on).texts.down.text == "DROP INDEX app.i;"
        assert saved.name in on.text


async def test_a_file_that_is_there_is_written_over_only_when_asked_twice(tmp_path: Path) -> None:
    there = tmp_path / "there.sql"
    there.write_text("old")
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, INDEX)
        await on.press("w")
        await answer_path(on, there)
        assert "there.sql exists: Enter once more writes over it" in on.text
        assert there.read_text() == "old"
        await on.press("enter")
        await until(on, lambda: "saved to" in on.main.message)
        assert INDEX in there.read_text()


async def test_a_place_that_cannot_be_written_is_said_and_the_text_stays_unsaved(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, INDEX)
        await on.press("w")
        await answer_path(on, tmp_path / "file" / "x.sql")
        await until(on, lambda: "cannot be written" in on.main.message)
        assert tab_of(on).unsaved() == "the migration create index app.tasks"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"SELECT '\xff\xfe\x00';", "is not UTF-8"), (b"-- x\n" * 300_000, "1,499,999 characters are more")],
    ids=["garbage", "huge"],
)
async def test_a_file_that_is_no_migration_is_refused_in_a_line(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "bad.sql"
    path.write_bytes(content)
    async with opened(demo_state()) as on:
        await on.press("5", "L")
        await answer_path(on, path)
        await until(on, lambda: complaint in on.main.message)
        assert tab_of(on).texts.up.text == ""


async def test_a_file_with_other_line_breaks_is_loaded_and_counts_as_saved(tmp_path: Path) -> None:
    path = tmp_path / "dos.sql"
    path.write_bytes(b"SELECT 1;\r\nSELECT 2;\r\n")
    async with opened(demo_state()) as on:
        await on.press("5", "L")
        await answer_path(on, path)
        await until(on, lambda: tab_of(on).texts.up.text == "SELECT 1;\nSELECT 2;")
        assert tab_of(on).unsaved() is None


async def test_a_file_that_is_not_there_is_said_where_it_was_named(tmp_path: Path) -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "L")
        await answer_path(on, tmp_path / "none.sql")
        assert "there is no such file" in on.text
        await on.press("escape")
        assert not on.at(PathScreen)


async def test_quitting_asks_about_a_text_that_is_not_saved() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, INDEX)
        await on.press("q")
        assert on.at(ConfirmScreen)
        assert "create index app.tasks" in on.text
        await on.press("escape")
        assert on.app.is_running
        await on.press("q", "y")
        await until(on, lambda: not on.app.is_running)


async def test_an_editor_that_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    async with opened(demo_state()) as on:
        await on.press("5", "o")
        assert "/no/such/editor is not there" in on.main.message
        monkeypatch.setenv("VISUAL", "true")
        await on.press("o")
        assert "this terminal cannot be handed to an editor" in on.main.message
