"""The Migrations tab: writing, what is known while one writes, fixes, sizes."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual import events

from pgplumb.foundation.config import Config
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.screens.main import MainScreen
from pgplumb.tui.tabs.migration import reader
from pgplumb.tui.tabs.migration.choice_screen import ReplaceScreen
from pgplumb.tui.tabs.migration.hazard_screen import HazardScreen
from pgplumb.tui.tabs.migration.known import Known, find_out
from pgplumb.tui.tabs.migration.reading import Job
from pgplumb.tui.tabs.migrations import MigrationsTab
from tests.tui.fakes import FakeFeed
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL, Opened, opened
from tests.tui.tabs.migration.writing import (
    INDEX,
    SIZES,
    calm,
    choose,
    finding_of,
    known,
    tab_of,
    until,
    write,
)

# Writing


async def test_an_empty_tab_says_how_to_begin_and_its_keys_are_those_of_the_screen() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        assert "on a failing check composes its fix" in on.text
        assert "not rehearsed, not applied" in on.text
        await on.press("1")
        assert on.main.deck.active.name == "tables"


async def test_in_the_text_keys_are_typed_and_after_escape_they_are_keys_again() -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "e", *"1:?q", "space", "d")
        assert tab_of(on).texts.up.text == "1:?q d"
        await on.press("escape")
        assert not tab_of(on).texts.up.has_focus
        await on.press("1")
        assert on.main.deck.active.name == "tables"


async def test_no_key_is_offered_that_would_be_typed() -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "e")
        line = on.text.splitlines()[-1]
        assert "esc list" in line
        assert "e edit" not in line
        assert "ctrl+s save" in line


async def test_editing_keys() -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "e", *"ab", "enter", "tab", "c", "enter", "d")
        editor = tab_of(on).texts.up
        assert editor.text == "ab\n    c\n    d"
        await on.press("shift+tab")
        assert editor.text == "ab\n    c\nd"
        await on.press("up", "home", "ctrl+k", "backspace", "ctrl+u", "ctrl+u")
        assert editor.text == "ab\nd"
        await on.press("ctrl+home", "shift+end", "ctrl+x", "ctrl+v", "ctrl+v")
        assert editor.text == "abab\nd"
        await on.press("ctrl+w")
        assert editor.text == "\nd"
        await on.press("ctrl+z")
        assert editor.text == "abab\nd"
        while editor.buffer.undo():
            pass
        assert editor.text == ""
        await on.press("ctrl+y")
        assert editor.text == "ab"


async def test_indenting_a_selection_keeps_it_and_undo_takes_it_back_at_once() -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "e")
        editor = tab_of(on).texts.up
        editor.load("a\n\nb")
        await on.press("alt+a", "tab")
        assert editor.text == "    a\n\n    b"
        await on.press("shift+tab", "shift+tab")
        assert editor.text == "a\n\nb"
        await on.press("ctrl+z", "ctrl+z")
        assert editor.text == "a\n\nb"


async def test_what_is_pasted_is_one_step_and_more_than_the_editor_takes_is_refused() -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "e")
        editor = tab_of(on).texts.up
        editor.post_message(events.Paste("SELECT 1;\r\nSELECT 2;\r"))
        await on.pilot.pause()
        assert editor.text == "SELECT 1;\nSELECT 2;\n"
        editor.post_message(events.Paste("SELECT 1;\n" * 500_000))
        await until(on, lambda: "not put in: 5,000,020 characters" in on.main.message)
        await on.press("ctrl+z")
        assert editor.text == ""


async def test_binary_garbage_is_shown_harmlessly_and_is_an_error_with_a_position() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, "SELECT 1;\nSEL\0ECT \x1b[2J\x07 \u202e 'x")
        assert "\x1b" not in on.text
        assert "line 2, column 4" in on.text
        assert "a null character cannot be part of SQL" in on.text


async def test_the_mouse_puts_the_cursor_selects_and_scrolls() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        editor = tab_of(on).texts.up
        editor.load("\n".join(f"SELECT {n};" for n in range(100)))
        await on.pilot.click(editor, offset=(7 + 6, 2))
        assert editor.buffer.cursor == (2, 6)
        await on.pilot.mouse_down(editor, offset=(7, 3))
        await on.pilot.hover(editor, offset=(7 + 3, 4))
        await on.pilot.mouse_up(editor, offset=(7 + 3, 4))
        assert editor.buffer.selected == "SELECT 3;\nSEL"
        editor.scroll_rows(50)
        await on.pilot.pause()
        assert "SELECT 55;" in on.text
        assert editor.buffer.cursor == (4, 3)


# What is known


async def test_what_is_typed_is_read_after_a_pause() -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "e", *"DROP", "space", *"TABLE", "space", *"app.tasks;")
        await known(on)
        assert "ACCESS EXCLUSIVE app.tasks" in on.text
        assert "data-loss" in on.text


async def test_typing_goes_on_while_a_text_is_read_and_the_newest_is_read_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on = threading.Event()
    jobs: list[str] = []

    def slow(job: Job, *more: Any) -> Known:
        jobs.append(job.up)
        assert go_on.wait(20)
        return find_out(job, *more)

    monkeypatch.setattr(reader, "find_out", slow)
    async with opened(demo_state()) as on:
        await on.press("5", "e", *"SELECT")
        await until(on, lambda: "reading the text" in on.text)
        await on.press("space", *"12")
        assert "SELECT 12" in on.text
        await until(on, lambda: tab_of(on).bench._pause is None)
        go_on.set()
        await until(on, lambda: jobs and jobs[-1] == "SELECT 12")
        await known(on)
        assert len(jobs) <= 3


async def test_enter_on_an_error_puts_the_cursor_on_it() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, "SELECT 1;\nSELECT * FROM a WHERE ORDER;")
        await choose(on, kind="fault")
        await on.press("enter")
        editor = tab_of(on).texts.up
        await until(on, lambda: editor.has_focus)
        assert editor.buffer.cursor == (1, 22)


async def test_enter_on_a_hazard_shows_it_whole_and_its_safer_sql_can_be_taken_over() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        found = await write(on, INDEX)
        hazard = next(h for h in found.reading.hazards if h.id == "not-concurrently")
        await choose(on, hazard=hazard)
        await on.press("enter")
        assert on.at(HazardScreen)
        assert "CREATE INDEX CONCURRENTLY i ON app.tasks (title)" in on.text
        assert "not measured" in on.text
        await on.press("u")
        await known(on)
        assert tab_of(on).texts.up.text == "CREATE INDEX CONCURRENTLY i ON app.tasks (title);"
        assert "no hazard is known without a rehearsal" in on.text
        await on.press("e", "ctrl+z")
        assert tab_of(on).texts.up.text == INDEX


async def test_y_copies_the_safer_sql_of_a_hazard(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        found = await write(on, INDEX)
        copied: list[str] = []
        monkeypatch.setattr(on.app, "copy_to_clipboard", copied.append)
        await calm(on)
        await choose(on, hazard=next(h for h in found.reading.hazards if h.id == "not-concurrently"))
        await on.press("y", "Y")
        assert copied == ["CREATE INDEX CONCURRENTLY i ON app.tasks (title)", INDEX]


async def test_another_catalog_is_another_answer() -> None:
    state = demo_state()
    assert state.catalog is not None
    async with opened(state) as on:
        await on.press("5")
        await write(on, "ALTER TABLE app.tasks ADD COLUMN x int;")
        assert "there is no relation" not in on.text
        kept = {oid: r for oid, r in state.catalog.relations.items() if r.qualified != "app.tasks"}
        await on.post(replace(state, catalog=replace(state.catalog, relations=kept)))
        await until(on, lambda: "there is no relation" in on.text)


async def test_without_a_catalog_it_is_said_that_the_text_alone_is_known() -> None:
    async with opened(replace(demo_state(), catalog=None, checklist=None)) as on:
        await on.press("5")
        await write(on, INDEX)
        assert "from the text alone" in on.text
        assert "static" in on.text


async def test_as_one_transaction_other_hazards_are_known() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, "CREATE INDEX CONCURRENTLY i ON app.tasks (title);")
        await on.press("m")
        await known(on)
        assert "concurrently-in-transaction" in on.text


async def test_nothing_is_ever_called_safe() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.press("5")
        for text in ("", "SELECT 1;", "COMMENT ON TABLE app.tasks IS 'x';", INDEX, "VACUUM app.tasks;"):
            await write(on, text)
            assert not re.search(r"\bsafe\b", on.text), text
            assert "not rehearsed, not applied" in on.text


# The way back


async def test_the_down_follows_the_up_until_a_person_changes_it() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, INDEX)
        down = tab_of(on).texts.down
        assert down.text == "DROP INDEX app.i;"
        await on.press("d", "e", "ctrl+end", *" --", "escape")
        await write(on, "CREATE INDEX j ON app.tasks (title);")
        assert down.text == "DROP INDEX app.i; --"
        assert "yours" in on.text
        await on.press("P")
        await known(on)
        assert down.text == "DROP INDEX app.j;"


async def test_what_a_down_does_not_take_back_is_said() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        found = await write(on, "DROP TABLE app.tasks;")
        assert any(row.reason.startswith("statement 1 is not taken back") for row in found.rows)
        await on.press("d")
        assert "-- statement 1 is not taken back" in on.text


# Fixes


async def test_a_fix_is_composed_with_its_down_and_read_at_once() -> None:
    async with opened(demo_state()) as on:
        await on.main.compose_fix(finding_of("fk-columns-indexed"))
        found = await known(on)
        assert on.main.deck.active.name == "migrations"
        assert "(fk-columns-indexed)" in on.text
        assert [s.kind for s in found.reading.up.statements] == ["CREATE INDEX"]
        assert [s.kind for s in found.reading.down.statements] == ["DROP INDEX"]
        assert "composed; not rehearsed, not applied" in on.main.message
        assert not tab_of(on).texts.up.has_focus
        await on.press("d")
        assert "from the fix" in on.text


async def test_a_composed_fix_is_no_loss_but_what_was_written_is_asked_about() -> None:
    async with opened(demo_state()) as on:
        await on.main.compose_fix(finding_of("fk-columns-indexed"))
        await known(on)
        await on.main.compose_fix(finding_of("rls-forced"))
        await known(on)
        assert "(rls-forced)" in on.text
        await write(on, INDEX)
        await on.main.compose_fix(finding_of("fk-columns-indexed"))
        await on.pilot.pause()
        assert on.at(ReplaceScreen)
        await on.press("escape")
        assert tab_of(on).texts.up.text == INDEX
        await on.main.compose_fix(finding_of("fk-columns-indexed"))
        await on.press("r")
        await known(on)
        assert "(fk-columns-indexed)" in tab_of(on).texts.up.text
        tab_of(on).texts.up.focus()
        await on.press("ctrl+z")
        assert tab_of(on).texts.up.text == INDEX


async def test_an_appended_fix_is_taken_back_first() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, INDEX, "DROP INDEX app.i;")
        await on.main.compose_fix(finding_of("fk-columns-indexed"))
        await on.press("a")
        found = await known(on)
        assert [s.kind for s in found.reading.up.statements] == ["CREATE INDEX", "CREATE INDEX"]
        downs = [s.text for s in found.reading.down.statements]
        assert downs[-1] == "DROP INDEX app.i"
        assert len(downs) == 2


async def test_a_fix_that_cannot_be_written_says_why_and_leaves_the_text() -> None:
    async with opened(demo_state()) as on:
        await on.press("5")
        finding = finding_of("fk-columns-indexed")
        assert finding.fix is not None
        fields = {**finding.fix.fields, "table": "app.gone"}
        await on.main.compose_fix(replace(finding, fix=replace(finding.fix, fields=fields)))
        await until(on, lambda: "no fix was composed: " in on.main.message)
        assert "app.gone" in on.main.message
        assert tab_of(on).texts.up.text == ""


# Sizes


async def test_on_a_small_screen_the_summary_opens_the_list_and_escape_closes_it() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.press("5")
        await write(on, INDEX)
        assert "✗ 2 errors" in on.text
        assert "not-concurrently" not in on.text
        await on.press("enter")
        assert "not-concurrently" in on.text
        await on.press("escape")
        assert "not-concurrently" not in on.text
        await on.press("enter", "enter")
        assert tab_of(on).texts.up.has_focus
        assert not tab_of(on).has_class("-reading")


@pytest.mark.parametrize(
    ("size", "other"),
    [
        ((120, 40), (80, 24)),
        pytest.param((80, 24), (200, 50), marks=pytest.mark.long),
        pytest.param((200, 50), (80, 24), marks=pytest.mark.long),
    ],
    ids=str,
)
async def test_after_a_resize_the_keys_still_work(size: tuple[int, int], other: tuple[int, int]) -> None:
    async with opened(demo_state(), size=size) as on:
        await on.press("5")
        await write(on, INDEX)
        await on.pilot.resize_terminal(*other)
        await on.pilot.pause()
        await on.press("m", "e", "x", "escape", "1")
        assert tab_of_any(on).bench.mode == "transaction"
        assert tab_of_any(on).texts.up.text.count("x") == INDEX.count("x") + 1
        assert on.main.deck.active.name == "tables"


def tab_of_any(on: Opened) -> MigrationsTab:
    """The tab, shown or not."""
    return next(tab for tab in on.main.deck.loaded if isinstance(tab, MigrationsTab))


MIGRATION = """-- Notes are long, and tasks are looked for by title
ALTER TABLE app.comments
    ALTER COLUMN body TYPE text;

CREATE INDEX tasks_title ON app.tasks (title);

UPDATE app.tasks SET title = 'none' WHERE title IS NULL;
ALTER TABLE app.tasks ALTER COLUMN title SET NOT NUL;
\\i grants.sql
DROP TABLE app.webhooks;
"""


def screen_of(text: str, *keys: str) -> Callable[[object], object]:
    """What a snapshot does before it is taken: a text, and keys."""

    async def settle(pilot: object) -> None:
        app: PlumbApp = pilot.app  # type: ignore[attr-defined]
        await pilot.pause()  # type: ignore[attr-defined]
        on = Opened(pilot, app, FakeFeed())  # type: ignore[arg-type]
        await on.press("5")
        assert isinstance(app.screen, MainScreen)
        if text:
            await write(on, text)
            await calm(on)
        await on.press(*keys)
        # The detail follows the cursor.
        for _ in range(3):
            await pilot.pause()  # type: ignore[attr-defined]

    return settle


def test_a_migration_that_is_not_rehearsed(snap_compare: Callable[..., bool]) -> None:
    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    assert snap_compare(app, terminal_size=(120, 40), run_before=screen_of(MIGRATION, "j", "j"))


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda s: f"{s[0]}x{s[1]}")
def test_an_empty_migration(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=screen_of(""))


def test_the_list_on_a_small_screen(snap_compare: Callable[..., bool]) -> None:
    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    assert snap_compare(app, terminal_size=(80, 24), run_before=screen_of(MIGRATION, "enter", "j", "j"))


def test_typing_on_a_wide_screen(snap_compare: Callable[..., bool]) -> None:
    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    run = screen_of(MIGRATION, "e", "ctrl+end", "up", "shift+up", "shift+up", "shift+end")
    assert snap_compare(app, terminal_size=(120, 40), run_before=run)
