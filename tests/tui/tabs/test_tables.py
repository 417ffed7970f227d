"""The Tables tab: what it shows of the sample database, and going from object to object."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App

from pgplumb.catalog.locked import LockHolder
from pgplumb.catalog.names import Name
from pgplumb.foundation.config import Config
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.place import Place
from pgplumb.tui.requests import Definition
from pgplumb.tui.state import State
from pgplumb.tui.tabs.tables import TablesTab
from tests.tui.fakes import FakeFeed
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL, Opened, opened

SIZES = [(80, 24), (120, 40), (200, 50)]


def tab_of(on: Opened) -> TablesTab:
    tab = on.main.tab
    assert isinstance(tab, TablesTab)
    return tab


def names(on: Opened) -> list[str]:
    return [row.qualified for row in tab_of(on).table.view.rows]


async def test_names_are_listed_before_anything_else_is_read() -> None:
    early = State(
        connection=demo_state().connection,
        names=(
            Name(1, "app", "tasks", "r", 1200.0, 10, True, False),
            Name(2, "app", "empty", "r", -1.0, 0, False, False),
        ),
    )
    async with opened(early) as on:
        assert names(on) == ["app.tasks", "app.empty"]
        assert "1,200" in on.text
        assert "80 kB" in on.text


async def test_a_table_that_was_never_analysed_has_no_number_of_rows() -> None:
    early = State(
        connection=demo_state().connection, names=(Name(2, "app", "fresh", "r", -1.0, 0, False, False),)
    )
    async with opened(early) as on:
        row = next(line for line in on.text.splitlines() if "app.fresh" in line)
        assert " ? " in row
        assert " -1" not in row


async def test_partitions_are_rows_of_their_own_only_when_asked_for() -> None:
    async with opened(demo_state()) as on:
        whole = len(names(on))
        await on.press("p")
        assert len(names(on)) > whole
        await on.press("p")
        assert len(names(on)) == whole


async def test_a_locked_table_keeps_its_row_and_says_who_holds_it() -> None:
    state = demo_state()
    assert state.catalog is not None
    held = state.catalog.by_name[("app", "tasks")].oid
    holder = LockHolder(held, 4121, "AccessExclusiveLock", True, "ALTER TABLE", 12.0)
    async with opened(replace(state, locked={held: holder})) as on:
        await on.main.visit(Place("tables", "table:app.tasks"))
        await on.pilot.pause()
        assert "locked by 4121 · ALTER TABLE · 12 s" in on.text


async def test_a_filter_that_leaves_nothing_says_so_and_not_that_there_is_no_table() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.press("/", *"zzz")
        assert "nothing matches   esc clears" in on.text
        assert "no table or view here" not in on.text
        await on.press("escape")
        assert "nothing matches" not in on.text


async def test_an_opened_detail_says_which_key_leaves_it() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        assert "esc back" not in on.text
        await on.press("enter")
        assert "esc back" in on.text
        await on.press("escape")
        assert "esc back" not in on.text


async def test_a_partitioned_table_says_how_many_parts_it_has_beside_its_name() -> None:
    async with opened(demo_state(), size=(120, 40)) as on:
        await on.main.visit(Place("tables", "table:analytics.events"))
        await on.pilot.pause()
        assert "analytics.events  9 parts" in on.text


async def test_the_checklist_is_about_the_table_under_the_cursor_again_once_one_comes_back() -> None:
    async with opened(demo_state()) as on:
        await on.main.visit(Place("tables", "table:app.tasks"))
        await on.press("2", "G")
        elsewhere = on.main.panel._about
        await on.press("1")
        assert on.main.panel._about != elsewhere
        assert on.main.panel._about is not None
        assert on.main.panel._about[0] == "table:app.tasks"


async def test_a_foreign_key_is_followed_and_escape_comes_back() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.main.visit(Place("tables", "table:app.tasks", "constraints"))
        await on.press("enter")
        detail = tab_of(on).detail
        table = detail.body
        key = next(r for r in table.view.rows if r.target == "table:app.projects")  # type: ignore[attr-defined]
        table.move_to(key.key)  # type: ignore[attr-defined]
        await on.press("enter")
        assert tab_of(on).place().object == "table:app.projects"
        await on.press("escape", "escape")
        assert tab_of(on).place().object == "table:app.tasks"


async def test_an_index_is_followed_to_its_tab_and_escape_comes_back() -> None:
    async with opened(demo_state()) as on:
        await on.main.visit(Place("tables", "table:app.tasks", "indexes"))
        await on.press("enter", "enter")
        assert on.main.deck.active.name == "indexes"
        assert on.main.tab.place().object.startswith("index:app.")
        await on.press("escape")
        assert on.main.deck.active.name == "tables"
        assert on.main.tab.place().object == "table:app.tasks"


async def test_tab_goes_through_the_parts_and_round() -> None:
    async with opened(demo_state()) as on:
        seen = []
        for _ in range(7):
            seen.append(tab_of(on).detail.part)
            await on.press("tab")
        assert seen == ["columns", "indexes", "constraints", "policies", "triggers", "dependents", "ddl"]
        assert tab_of(on).detail.part == "columns"


async def test_the_definition_is_asked_for_once_the_cursor_rests() -> None:
    async with opened(demo_state()) as on:
        await on.press("j")
        row = tab_of(on).table.row
        assert row is not None
        for _ in range(200):
            if Definition(row.oid) in on.feed.asked:
                break
            await on.pilot.pause(0.01)
        assert Definition(row.oid) in on.feed.asked


async def test_the_cursor_stays_on_its_table_when_others_come_and_go() -> None:
    state = demo_state()
    assert state.catalog is not None
    async with opened(state) as on:
        await on.main.visit(Place("tables", "table:app.tasks"))
        fewer = {o: r for o, r in state.catalog.relations.items() if r.schema != "analytics"}
        await on.post(replace(state, catalog=replace(state.catalog, relations=fewer)))
        assert tab_of(on).place().object == "table:app.tasks"


async def test_the_ddl_of_a_table_is_shown_from_the_catalog_alone_and_says_so() -> None:
    async with opened(demo_state()) as on:
        await on.main.visit(Place("tables", "table:app.tasks", "ddl"))
        await on.pilot.pause()
        assert "CREATE TABLE app.tasks (" in on.text
        assert "from the catalog alone" in on.text


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_tables(snap_compare: object, size: tuple[int, int]) -> None:
    async def settle(pilot: object) -> None:
        await pilot.pause()  # type: ignore[attr-defined]
        app: App[None] = pilot.app  # type: ignore[attr-defined]
        await app.screen.visit(Place("tables", "table:app.tasks"))  # type: ignore[attr-defined]
        for _ in range(3):
            await pilot.pause()  # type: ignore[attr-defined]

    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=settle)  # type: ignore[operator]


def test_tables_detail_on_a_small_screen(snap_compare: object) -> None:
    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    keys = ["slash", *"tasks", "enter", "enter", "tab", "tab"]
    assert snap_compare(app, terminal_size=(80, 24), press=keys)  # type: ignore[operator]
