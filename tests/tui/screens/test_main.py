"""The main screen: going about, coming back, and what other parts of it are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from pgplumb.foundation.config import Config
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.place import Place
from pgplumb.tui.requests import (
    Cancel,
    Connect,
    Definition,
    Explain,
    Interval,
    Password,
    Pause,
    Refresh,
    Request,
    StatementText,
    UseDatabase,
    UsedBy,
)
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.screens.connection import ConnectionScreen, shown_conninfo
from pgplumb.tui.screens.evidence import EvidenceScreen
from pgplumb.tui.screens.help import HelpScreen
from pgplumb.tui.screens.main import MainScreen
from pgplumb.tui.screens.palette import PaletteScreen
from pgplumb.tui.state import Connection, Phase, State
from pgplumb.tui.terminal import Terminal
from pgplumb.tui.widgets.line_table import LineTable
from tests.conftest import sampled
from tests.tui.fakes import FakeFeed, live_state

FULL = Terminal("plumb-dark", plain=False, unicode=True, mouse=False)


class Opened:
    """An app on a fake feed."""

    def __init__(self, pilot: Pilot[None], app: PlumbApp, feed: FakeFeed) -> None:
        self.pilot, self.app, self.feed = pilot, app, feed

    @property
    def main(self) -> MainScreen:
        """The main screen, whatever lies over it."""
        found = self.app.screen_stack[0]
        assert isinstance(found, MainScreen)
        return found

    @property
    def wishes(self) -> list[Request]:
        """What was asked of the feed, but for what tabs look up by themselves."""
        looked_up = (Definition, Explain, StatementText, UsedBy)
        return [wish for wish in self.feed.asked if not isinstance(wish, looked_up)]

    async def press(self, *keys: str) -> None:
        """Press keys and wait until they are answered."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def post(self, state: State) -> None:
        """Have the feed post a state."""
        self.feed.post(state)
        await self.pilot.pause()

    def at(self, kind: type[Screen[Any]]) -> bool:
        """Whether this kind of screen has the keys."""
        return type(self.app.screen) is kind

    @property
    def text(self) -> str:
        """The screen as text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)


@asynccontextmanager
async def opened(
    *states: State, size: tuple[int, int] = (120, 40), config: Config | None = None, terminal: Terminal = FULL
) -> AsyncIterator[Opened]:
    """Open the app; without states on a live server."""
    feed = FakeFeed(*(states or (live_state(),)))
    app = PlumbApp(feed, config, terminal)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Opened(pilot, app, feed)


async def test_the_focus_starts_in_the_tables_list() -> None:
    async with opened() as on:
        assert isinstance(on.app.focused, LineTable)
        assert on.main.deck.active.name == "tables"
        assert on.app.focused in on.main.tab.query(LineTable)


async def test_all_tab_names_are_visible_at_80_columns() -> None:
    async with opened(size=(80, 24)) as on:
        for name in ("1 Tables", "2 Indexes", "3 RLS", "4 Queries", "5 Migrations"):
            assert name in on.text


@pytest.mark.parametrize(
    ("key", "name"), [("2", "indexes"), ("5", "migrations"), ("]", "indexes"), ("[", "migrations")]
)
async def test_keys_go_to_tabs_and_the_tab_left_keeps_its_cursor(key: str, name: str) -> None:
    async with opened() as on:
        await on.press("j", "j")
        before = on.main.tab.query_one(LineTable).key
        await on.press(key)
        assert on.main.deck.active.name == name
        await on.press("1")
        assert on.main.tab.query_one(LineTable).key == before
        assert isinstance(on.app.focused, LineTable)


async def test_escape_goes_back_through_the_places_that_were_left_and_never_quits() -> None:
    async with opened() as on:
        await on.main.visit(Place("tables", "table:sales.orders"))
        await on.main.visit(Place("tables", "table:sales.customers"))
        await on.main.visit(Place("queries"))
        await on.press("escape")
        assert on.main.tab.place().object == "table:sales.customers"
        await on.press("escape")
        assert on.main.tab.place().object == "table:sales.orders"
        await on.press(*["escape"] * 8)
        assert on.app.is_running


async def test_a_place_that_is_gone_is_said_and_not_remembered() -> None:
    async with opened() as on:
        await on.main.visit(Place("tables", "table:sales.gone"))
        assert "not there any more" in on.main.message
        assert on.main.history.back() is None


async def test_the_checklist_is_beside_the_tabs_from_100_columns_on_and_a_strip_below() -> None:
    async with opened(size=(100, 30)) as on:
        assert on.main.panel.region.width > 30
        assert on.main.query_one("#strip").region.height == 0
        await on.pilot.resize_terminal(99, 30)
        await on.pilot.pause()
        assert on.main.panel.region.width == 0
        assert on.main.query_one("#strip").region.height == 1


async def test_c_opens_the_checklist_over_the_list_and_escape_closes_it() -> None:
    async with opened(size=(80, 24)) as on:
        await on.press("c")
        assert on.main.panel.has_focus_within
        assert on.main.panel.region.width == 80
        await on.press("escape")
        assert on.main.panel.region.width == 0
        assert isinstance(on.app.focused, LineTable)
        assert on.app.focused in on.main.tab.query(LineTable)


async def test_enter_on_a_rule_shows_its_evidence_and_enter_there_goes_to_the_object() -> None:
    async with opened() as on:
        await on.press("c", "j", "enter")
        assert on.at(EvidenceScreen)
        result = on.main.panel.table.row.result  # type: ignore[union-attr]
        assert result is not None
        assert result.rule.why.split()[0] in on.text
        await on.press("enter")
        assert on.at(MainScreen)
        assert on.main.tab.place().object == result.findings[0].object


async def test_keys_unfold_and_fold_the_checklist() -> None:
    async with opened() as on:
        table = on.main.panel.table
        await on.press("c", "g", "j")
        assert table.row is not None
        rule = table.row.key
        count = len(table.view.rows)
        await on.press("right")
        assert len(table.view.rows) > count
        await on.press("j", "left")
        assert table.key == rule
        await on.press("left")
        assert len(table.view.rows) == count
        await on.press("left")
        assert str(table.key).startswith("category:")
        await on.press("space", "space")
        assert len(table.view.rows) < count


async def test_t_keeps_the_checklist_to_the_object_under_the_cursor() -> None:
    async with opened() as on:
        everything = len(on.main.panel.table.view.rows)
        await on.press("t")
        mine = on.main.panel.table.view.rows
        assert 0 < len(mine) < everything
        place = on.main.tab.place().object
        for item in mine:
            if item.result:
                assert any(f.object == place for f in item.result.findings)
        await on.press("t")
        assert len(on.main.panel.table.view.rows) == everything


async def test_the_checklist_follows_the_answers_and_keeps_its_cursor() -> None:
    async with opened() as on:
        await on.press("c", "j", "j", "j")
        key = on.main.panel.table.key
        state = on.main.store.state
        assert state.checklist is not None
        fewer = replace(state.checklist, results=state.checklist.results[5:])
        await on.post(replace(state, checklist=fewer))
        assert on.main.panel.table.key == key or key not in {i.key for i in on.main.panel.table.view.rows}


async def test_help_lists_the_focused_thing_first_and_what_works_everywhere_last() -> None:
    async with opened() as on:
        await on.press("?")
        assert on.at(HelpScreen)
        text = on.text
        assert text.index("In a list") < text.index("In a list with a filter")
        assert "Move down one row." in text
        await on.press("G")
        assert "Show the keys that work here." in on.text
        await on.press("escape")
        assert on.at(MainScreen)


async def test_the_palette_finds_an_object_by_the_end_of_its_name() -> None:
    async with opened() as on:
        await on.press("shift+semicolon", *"orders")
        assert on.at(PaletteScreen)
        await on.press("enter")
        assert on.at(MainScreen)
        assert on.main.tab.place().object == "table:sales.orders"


async def test_the_palette_reaches_every_action_that_works_here() -> None:
    async with opened() as on:
        await on.press("ctrl+p", *"slower", "enter")
        assert Interval(4.0) in on.wishes


async def test_the_palette_takes_hostile_text() -> None:
    async with opened() as on:
        await on.press("ctrl+p")
        await on.pilot.press(*"[/b] \\ ! '\"")
        await on.pilot.pause()
        await on.press("enter", "escape")
        assert on.at(MainScreen)


async def test_wishes_go_to_the_feed() -> None:
    async with opened() as on:
        await on.press("r", "space", "plus")
        assert on.wishes == [Refresh(), Pause(True), Interval(1.0)]
        await on.post(replace(on.main.store.state, paused=True))
        await on.press("space")
        assert on.wishes[-1] == Pause(False)


async def test_ctrl_c_cancels_what_runs_and_otherwise_says_how_to_quit() -> None:
    async with opened() as on:
        await on.press("ctrl+c")
        assert "q quits" in on.main.message
        await on.post(replace(on.main.store.state, running="EXPLAIN of 123"))
        await on.press("ctrl+c")
        assert on.wishes == [Cancel()]


async def test_q_quits_and_stops_the_feed() -> None:
    async with opened() as on:
        await on.press("q")
    assert on.feed.stopped
    assert on.app.return_code == 0


async def test_letters_typed_into_the_filter_do_nothing_else() -> None:
    async with opened() as on:
        await on.press("slash", *"qrc2?:")
        assert on.app.is_running
        assert on.at(MainScreen)
        assert on.main.deck.active.name == "tables"
        assert on.wishes == []


async def test_without_a_target_it_asks_where_to_connect_to() -> None:
    async with opened(State(connection=Connection(phase=Phase.IDLE))) as on:
        assert on.at(ConnectionScreen)
        await on.press(*"service=shop", "enter")
        assert on.wishes == [Connect("service=shop")]
        await on.post(live_state())
        assert on.at(MainScreen)


async def test_a_password_is_asked_for_without_echo_and_kept_nowhere() -> None:
    connection = Connection("shop-eu", Phase.PASSWORD, error="the server asks for a password.")
    async with opened(State(connection=connection)) as on:
        await on.press(*"s3cret")
        assert "s3cret" not in on.text
        await on.press("enter")
        assert on.wishes == [Password("s3cret")]
        assert "s3cret" not in repr(on.wishes)
        assert "s3cret" not in on.app.export_screenshot()


async def test_why_there_is_no_connection_is_one_clear_line() -> None:
    error = "db1.example cannot be reached: no such host. Check the name and your network."
    async with opened(State(connection=Connection("db1", Phase.FAILED, error=error))) as on:
        assert on.at(ConnectionScreen)
        assert "cannot be reached" in on.text


async def test_while_the_server_is_lost_the_last_data_stays_and_says_how_old_it_is() -> None:
    async with opened() as on:
        live = on.main.store.state
        lost = replace(
            live.connection, phase=Phase.RECONNECTING, error="the server closed the connection.", next_try=0.0
        )
        await on.post(replace(live, connection=lost))
        assert "app.tasks" in on.text
        assert "the server closed the connection" in on.text
        assert "LOST" in on.text
        await on.post(live)
        assert "closed the connection" not in on.text


async def test_another_database_is_chosen_from_the_list() -> None:
    async with opened() as on:
        await on.press("C", "j", "enter")
        assert on.wishes == [UseDatabase("reports")]


def test_a_saved_connection_is_listed_without_its_password() -> None:
    assert shown_conninfo("postgresql://app:s3cret@db/shop?sslpassword=x") == "postgresql://app@db/shop?..."
    assert shown_conninfo("host=db password=s3cret dbname=shop") == "host=db dbname=shop"


async def test_a_confirmation_that_names_its_target_wants_it_typed() -> None:
    async with opened() as on:
        answers: list[bool | None] = []
        on.app.push_screen(ConfirmScreen("Apply", [()], "shop"), answers.append)
        await on.pilot.pause()
        await on.press("y", "enter")
        assert answers == []
        await on.press(*"shop", "enter")
        assert answers == [True]
        on.app.push_screen(ConfirmScreen("Cancel", [()]), answers.append)
        await on.pilot.pause()
        await on.press("escape")
        assert answers == [True, False]


@pytest.mark.parametrize(
    "size", sampled([(20, 5), (1, 1), (29, 40), (200, 7), (30, 8), (40, 12), (300, 90)], 3)
)
async def test_no_size_breaks_it_and_a_larger_one_brings_everything_back(size: tuple[int, int]) -> None:
    async with opened(size=size) as on:
        await on.press("j", "2", "c", "escape", "1")
        if size[0] < 30 or size[1] < 8:
            assert "sales" not in on.text
        await on.pilot.resize_terminal(120, 40)
        await on.pilot.pause()
        await on.pilot.pause()
        assert "app.tasks" in on.text
        await on.press("j")
        assert isinstance(on.app.focused, LineTable)


@pytest.mark.parametrize("key", ["question_mark", "ctrl+p", "C"])
async def test_dialogues_fit_a_small_terminal(key: str) -> None:
    async with opened(size=(30, 8)) as on:
        await on.press(key)
        assert not on.at(MainScreen)
        await on.press("escape")
        assert on.at(MainScreen)


async def test_keys_of_the_configuration_replace_the_defaults_and_are_shown() -> None:
    async with opened(config=Config(keys={"main.help": "H"})) as on:
        assert "H help" in on.text
        await on.press("?")
        assert on.at(MainScreen)
        await on.press("H")
        assert on.at(HelpScreen)


async def test_without_utf8_everything_drawn_is_ascii() -> None:
    async with opened(terminal=Terminal("plumb-ansi", plain=True, unicode=False, mouse=False)) as on:
        text = "".join(strip.text for strip in on.app.screen._compositor.render_strips())
        assert text.isascii()
        assert "fail" in text


async def test_a_message_goes_with_the_next_key() -> None:
    async with opened() as on:
        await on.press("ctrl+c")
        assert on.main.message
        await on.press("j")
        assert not on.main.message
        assert "? help" in on.text


async def test_an_action_of_a_tab_that_was_never_shown_can_be_remapped() -> None:
    async with opened(config=Config(keys={"rls.roles": "R", "main.help": "H"})) as on:
        await on.press("H")
        assert on.at(HelpScreen)
