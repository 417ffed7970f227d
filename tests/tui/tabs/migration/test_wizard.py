"""A new migration asked for step by step: choosing, filling in, being told what is wrong, going back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.intents import intent, intent_names
from pgplumb.tui.tabs.migration.wizard.offers import offers_of, with_offer
from pgplumb.tui.tabs.migration.wizard.preview import work_out
from pgplumb.tui.tabs.migration.wizard.screen import WizardScreen
from pgplumb.tui.tabs.migration.wizard.subject import subject_of
from pgplumb.tui.tabs.migrations import MigrationsTab
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import Opened, opened

WHEN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
CATALOG = demo_state().catalog


async def until(on: Opened, holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, on.text
        await on.pilot.pause(0.02)


async def shows(on: Opened, words: str) -> None:
    await until(on, lambda: words in on.text)


async def fill(on: Opened, name: str) -> None:
    """Open the form of a change from an empty Migrations tab."""
    await on.press("5", "n")
    screen = on.app.screen
    assert isinstance(screen, WizardScreen)
    assert screen._list.table.move_to(name)
    await on.press("enter")
    await shows(on, "2 fields")


def tab_of(on: Opened) -> MigrationsTab:
    tab = on.main.tab
    assert isinstance(tab, MigrationsTab)
    return tab


async def test_an_index_is_asked_for_at_80_columns_and_its_plan_stands_in_the_editor() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.press("5", "n", "slash", *"blocking", "enter")
        screen = on.app.screen
        assert isinstance(screen, WizardScreen)
        assert screen._list.table.move_to("create-index")
        await on.press("enter", *"app.tasks", "enter")
        await until(on, lambda: "may stay empty" in on.text and "more may stay empty" not in on.text)
        await on.press(*"title")
        await shows(on, "CREATE INDEX CONCURRENTLY")
        await on.press("enter")
        await shows(on, "write it into the editor")
        assert "SHARE UPDATE EXCLUSIVE, readers and writers go on" in on.text
        await on.press("j", "enter")
        await until(on, lambda: not isinstance(on.app.screen, WizardScreen))
        plan = tab_of(on).plan
        assert plan is not None
        assert (plan.intent, plan.chosen) == ("create-index", "direct")
        assert "ON app.tasks (title)" in tab_of(on).texts.up.text


async def test_going_back_loses_nothing_that_was_typed() -> None:
    async with opened(demo_state()) as on:
        await fill(on, "add-column")
        await on.press(*"app.tasks", "enter", *"colour", "escape", "enter")
        assert "app.tasks" in on.text
        assert "colour" in on.text


async def test_what_is_wrong_is_said_at_its_field_and_enter_does_not_go_on() -> None:
    async with opened(demo_state()) as on:
        await fill(on, "drop-column")
        await on.press(*"app.nothing", "enter", *"x", "enter")
        await shows(on, "there is no table app.nothing")
        await on.press("enter", "enter")
        assert "drop" in on.text.lower()
        assert "write it into the editor" not in on.text


async def test_n_in_the_list_of_tables_begins_with_that_table() -> None:
    async with opened(demo_state()) as on:
        await on.press("slash", *"app.tasks", "enter")
        await until(on, lambda: on.main.tab.pointed == "table:app.tasks")
        await on.press("n")
        await until(on, lambda: isinstance(on.app.screen, WizardScreen))
        assert "about app.tasks" in on.text
        screen = on.app.screen
        assert isinstance(screen, WizardScreen)
        assert screen._list.table.move_to("analyze")
        await on.press("enter")
        await shows(on, "ANALYZE app.tasks")


async def test_a_form_opened_before_the_schema_was_read_takes_it_over_when_it_is() -> None:
    read: list[Catalog] = []
    async with opened(demo_state()) as on:
        screen = WizardScreen(None, latest=lambda: read[0] if read else None)
        on.app.push_screen(screen)
        await until(on, lambda: on.app.screen is screen and screen._list.table.move_to("drop-table"))
        await on.press("enter", *"app.task")
        await shows(on, "the schema has not been read yet")
        assert CATALOG is not None
        read.append(CATALOG)
        await shows(on, "app.tasks")
        await shows(on, "there is no table app.task")


async def test_a_blank_migration_is_the_first_of_the_list() -> None:
    async with opened(demo_state()) as on:
        await on.press("5", "n", "enter")
        assert not isinstance(on.app.screen, WizardScreen)
        assert tab_of(on).texts.up.text == ""


@pytest.mark.parametrize("name", intent_names())
def test_a_form_that_is_empty_or_half_filled_is_told_what_it_lacks(name: str) -> None:
    of = intent(name)
    found = work_out(of, {}, CATALOG, WHEN)
    lacking = {field.name for field in of.fields if field.required}
    assert lacking <= set(found.errors)
    assert CATALOG is not None
    known = subject_of("column:app.tasks.title", CATALOG).filled(of)
    half = work_out(of, known, CATALOG, WHEN)
    assert half.ready or half.errors or half.problem


def test_offers_are_those_of_the_catalog_and_a_list_is_offered_what_it_lacks() -> None:
    columns = next(field for field in intent("create-index").fields if field.name == "columns")
    typed = {"table": "app.tasks", "columns": "title, i"}
    offered = offers_of(columns, typed, CATALOG)
    assert "id" in offered
    assert "title" not in offered
    assert with_offer(columns, typed["columns"], "id") == "title, id"
