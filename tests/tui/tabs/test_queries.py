"""The Queries tab: two periods, figures that change in their places, and what is known of a statement."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.config import Config
from pgplumb.server.unit import OURS
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.live.feed import LiveFeed
from pgplumb.tui.live.statements import LIST_TEXT
from pgplumb.tui.requests import Explain, Request, StatementText
from pgplumb.tui.state import State
from pgplumb.tui.tabs.queries import QueriesTab
from pgplumb.workload.explained import Explained
from pgplumb.workload.plan import Plan, Unplanned
from pgplumb.workload.plan_node import read_node
from tests.databases import Database
from tests.tui.fakes import FakeFeed
from tests.tui.screens.test_main import FULL, Opened, opened
from tests.tui.tabs.query.entries import entry, reading
from tests.tui.tabs.query.states import busy, explained, lately, queries, saved_plan, statements, totals

SIZES = [(80, 24), (120, 40), (200, 50)]


def tab_of(on: Opened) -> QueriesTab:
    tab = on.main.tab
    assert isinstance(tab, QueriesTab)
    return tab


def ids(on: Opened) -> list[int]:
    return [row.statement.queryid for row in tab_of(on).table.view.rows]


async def until(on: Opened, holds: Callable[[], object]) -> None:
    """Wait until something holds, as long as a resting cursor takes and more."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, f"not seen; the screen:\n{on.text}"
        await on.pilot.pause(0.01)


def plan_of(root: dict[str, object]) -> Explained:
    return explained(Plan(read_node(root), "SELECT 1", False, 1, root))


SEQ_SCAN = {
    "Node Type": "Seq Scan",
    "Schema": "app",
    "Relation Name": "tasks",
    "Total Cost": 1234.5,
    "Plan Rows": 40,
}


# The list


async def test_what_takes_most_of_the_time_stands_on_top_with_its_share() -> None:
    async with opened(queries()) as on:
        await on.press("4")
        found = totals()
        assert ids(on) == [e.queryid for e in found.entries]
        share = round(100 * found.entries[0].total_ms / found.total_ms)
        top = next(line for line in on.text.splitlines() if "UPDATE app.tasks SET" in line)
        assert f"{share} %" in top


async def test_a_key_changes_between_the_two_periods_and_the_heading_names_them() -> None:
    async with opened(queries()) as on:
        await on.press("4")
        assert "since reset 3 h" in on.text
        assert len(ids(on)) == len(statements())
        await on.press("d")
        assert "since connecting 4 min" in on.text
        assert len(ids(on)) == 12
        await on.press("d")
        assert "since reset 3 h" in on.text


async def test_the_last_interval_is_a_third_period_once_one_is_over() -> None:
    def at(seconds: float, ran: int) -> State:
        busy_one = entry(1, "SELECT busy", calls=100 + ran, total_ms=1000.0 + ran)
        still = entry(2, "SELECT still", total_ms=9000.0)
        return queries(statements=reading(busy_one, still, seconds=seconds))

    async with opened(at(0, 0)) as on:
        await on.press("4")
        await on.post(at(10, 7))
        await on.press("d", "d")
        assert "in the last 10 s" in on.text
        assert [(r.statement.calls, r.statement.total_ms) for r in tab_of(on).table.view.rows] == [(7, 7.0)]
        await on.post(at(20, 7))
        assert "nothing has run in the last interval" in on.text
        await on.press("d")
        assert "since reset" in on.text


async def test_figures_change_in_their_places_and_places_change_after_ten_seconds() -> None:
    first, second = entry(1, "SELECT a", total_ms=200.0), entry(2, "SELECT b", total_ms=100.0)
    async with opened(queries(statements=reading(first, second))) as on:
        await on.press("4")
        grown = replace(second, total_ms=900.0)
        await on.post(queries(statements=reading(first, grown, seconds=2)))
        assert ids(on) == [1, 2]
        assert "900 ms" in on.text
        await on.post(queries(statements=reading(first, grown, seconds=11)))
        assert ids(on) == [2, 1]
        row = tab_of(on).table.row
        assert row is not None
        assert row.statement.queryid == 1


async def test_places_do_not_change_while_somebody_moves_among_the_rows() -> None:
    first, second = entry(1, "SELECT a", total_ms=200.0), entry(2, "SELECT b", total_ms=100.0)
    async with opened(queries(statements=reading(first, second))) as on:
        await on.press("4")
        await on.pilot.pause()
        await on.post(queries(statements=reading(first, second, seconds=2)))
        grown = replace(second, total_ms=900.0)
        await on.press("j")
        await on.post(queries(statements=reading(first, grown, seconds=20)))
        assert ids(on) == [1, 2]
        await on.post(queries(statements=reading(first, grown, seconds=22)))
        assert ids(on) == [2, 1]


async def test_the_sort_key_orders_by_the_figures_of_now() -> None:
    first, second = (
        entry(1, "SELECT a", total_ms=200.0, calls=9),
        entry(2, "SELECT b", total_ms=100.0, calls=3),
    )
    async with opened(queries(statements=reading(first, second))) as on:
        await on.press("4")
        await on.post(queries(statements=reading(first, replace(second, calls=50), seconds=2)))
        await on.press("s", "s")
        assert "▾calls" in on.text
        assert ids(on) == [2, 1]


async def test_every_column_can_be_sorted_by() -> None:
    async with opened(queries(), size=(200, 50)) as on:
        await on.press("4")
        for column in tab_of(on).table.columns:
            assert column.sort is not None
            tab_of(on).table.sort_by(column, column.largest_first)
            assert len(ids(on)) == len(statements())


async def test_the_filter_looks_in_texts_and_roles() -> None:
    async with opened(queries()) as on:
        await on.press("4", "slash", *"app.tasks", "enter")
        assert 0 < len(ids(on)) < len(statements())
        await on.press("escape", "slash", *"reporting", "enter")
        assert {row.statement.role for row in tab_of(on).table.view.rows} == {"reporting"}


async def test_hidden_entries_are_one_row_whose_way_out_is_copied() -> None:
    state = queries(statements=replace(totals(), hidden_entries=312, hidden_calls=9000, hidden_ms=9e9))
    async with opened(state) as on:
        await on.press("4")
        assert "312 of other roles, hidden: " in on.text
        await on.press("y")
        assert on.app.clipboard == "GRANT pg_read_all_stats TO postgres;"
        await until(on, lambda: "have a superuser run this" in on.text)
        await on.press("p", "p")
        assert not any(isinstance(asked, Explain) for asked in on.feed.asked)


async def test_our_own_statements_are_one_row_until_asked_for() -> None:
    ours = [entry(n, f"SELECT {n}{OURS}", total_ms=1.0) for n in (1, 2, 3)]
    async with opened(queries(statements=reading(entry(9, "SELECT theirs"), *ours))) as on:
        await on.press("4")
        assert "3 statements of pgplumb itself" in on.text
        assert len(ids(on)) == 2
        await on.press("o")
        assert len(ids(on)) == 4
        await on.press("o")
        assert len(ids(on)) == 2


async def test_what_makes_the_figures_incomplete_is_said_above_them() -> None:
    state = queries(
        statements=replace(totals(), evictions=1204, paused="pg_stat_statements.track is none"),
        statements_since=replace(lately(), was_reset=True),
    )
    async with opened(state) as on:
        await on.press("4")
        assert "1,204 evictions since reset" in on.text
        assert "nothing new is counted: pg_stat_statements.track is none" in on.text
        await on.press("d")
        assert "the counters were reset meanwhile" in on.text
        await on.post(queries())
        assert "reset meanwhile" not in on.text


async def test_a_trend_has_no_hole_while_another_tab_is_shown() -> None:
    def at(seconds: float) -> State:
        return queries(
            statements=reading(entry(1, calls=int(seconds) + 1, total_ms=1000.0 + seconds), seconds=seconds)
        )

    async with opened(at(0), size=(200, 50)) as on:
        await on.press("4", "1")
        for seconds in (10.0, 20.0, 30.0):
            await on.post(at(seconds))
        await on.press("4")
        row = tab_of(on).table.row
        assert row is not None
        assert row.trend == (1.0, 1.0, 1.0)


async def test_text_of_the_database_is_shown_as_text() -> None:
    evil = "SELECT '\x1b[31mred\x07', '[bold]no[/bold]', '\u202egnp' -- \r\nFROM \"x\ty\""
    async with opened(queries(statements=reading(entry(1, evil, role="[u]\x1b]0;x\x07")))) as on:
        await on.press("4")
        await until(on, lambda: "[bold]no[/bold]" in on.text)
        assert not any(c in on.text for c in "\x1b\x07\u202e\r\t")


# The detail


async def test_on_a_small_screen_enter_opens_the_detail_and_escape_goes_back() -> None:
    async with opened(queries(), size=(80, 24)) as on:
        await on.press("4", "enter")
        assert "WHERE tenant_id = $1" in on.text
        assert "since reset" not in on.text
        await on.press("tab")
        assert "execution time" in on.text
        await on.press("escape")
        assert "since reset" in on.text


async def test_a_text_that_was_not_read_whole_is_asked_for_when_the_cursor_rests() -> None:
    long = "SELECT " + "a, " * LIST_TEXT
    cut = entry(1, long[:LIST_TEXT])
    async with opened(queries(statements=reading(cut))) as on:
        await on.press("4")
        request = StatementText(*cut.key)
        await until(on, lambda: request in on.feed.asked)
        await on.press("p")
        assert "reading the whole text" in on.text
        await on.press("y")
        assert on.app.clipboard == long[:LIST_TEXT]
        await on.post(queries(statements=reading(cut), answers={request: long}))
        await on.press("y")
        assert on.app.clipboard == long


async def test_a_text_that_is_gone_says_so() -> None:
    one = entry(1, None)
    gone = {StatementText(*one.key): Unread("the server gives no text for it")}
    async with opened(queries(statements=reading(one), answers=gone)) as on:
        await on.press("4")
        await until(on, lambda: "the server gives no text for it" in on.text)


async def test_a_table_that_a_statement_names_is_followed_and_escape_comes_back() -> None:
    async with opened(queries()) as on:
        await on.press("4")
        tab_of(on).action_part("tables")
        await until(on, lambda: "app.tasks  " in on.text and "UPDATE  " in on.text)
        await on.press("enter")
        assert on.main.deck.active.name == "tables"
        assert on.main.tab.place().object == "table:app.tasks"
        await on.press("escape")
        assert on.main.deck.active.name == "queries"


async def test_the_checklist_leads_to_a_statement_in_whichever_period_it_is() -> None:
    late = entry(77, "SELECT late")
    async with opened(queries(statements_since=lately(late))) as on:
        await on.main.visit_object("query:77")
        assert on.main.deck.active.name == "queries"
        row = tab_of(on).table.row
        assert row is not None
        assert row.statement.queryid == 77
        await until(on, lambda: "since connecting" in on.text)


async def test_findings_about_a_statement_are_marked_in_the_list_and_told_in_the_detail() -> None:
    async with opened(queries()) as on:
        await on.press("4")
        row = tab_of(on).table.row
        assert row is not None
        assert row.findings
        top = next(line for line in on.text.splitlines() if "UPDATE app.tasks SET" in line)
        assert " ! " in top
        tab_of(on).action_part("findings")
        await until(on, lambda: row.findings and row.findings[0][0].rule.title in on.text)


async def test_a_plan_is_asked_for_only_after_what_runs_was_shown() -> None:
    async with opened(queries()) as on:
        await on.press("4", "p")
        await until(on, lambda: "This will run" in on.text)
        assert "EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON)" in on.text
        assert not any(isinstance(asked, Explain) for asked in on.feed.asked)
        await on.press("p")
        request = Explain(*totals().entries[0].key)
        assert request in on.feed.asked
        assert "planning" in on.text
        await on.post(queries(answers={request: plan_of(SEQ_SCAN)}))
        assert "not executed" in on.text
        assert "Seq Scan on app.tasks" in on.text
        assert "1,234" in on.text or "1,235" in on.text


async def test_a_plan_that_was_asked_for_again_stays_until_the_new_one_comes() -> None:
    request = Explain(*totals().entries[0].key)
    async with opened(queries(answers={request: plan_of(SEQ_SCAN)})) as on:
        await on.press("4", "p")
        await until(on, lambda: "Seq Scan on app.tasks" in on.text)
        await on.press("p")
        assert on.feed.asked.count(request) == 1
        assert "planning again" in on.text
        await on.press("p")
        assert on.feed.asked.count(request) == 1
        await on.post(queries(answers={request: plan_of({**SEQ_SCAN, "Node Type": "Index Scan"})}))
        assert "Index Scan on app.tasks" in on.text
        assert "planning again" not in on.text


async def test_why_there_is_no_plan_is_said_with_the_next_step() -> None:
    request = Explain(*totals().entries[0].key)
    refused = Unplanned("no plan", "permission denied for table tasks", "Connect as a role that may run it.")
    async with opened(queries(answers={request: refused})) as on:
        await on.press("4", "p")
        await until(on, lambda: "permission denied for table tasks" in on.text)
        assert "Connect as a role that may run it." in on.text


async def test_what_has_no_plan_is_never_sent() -> None:
    async with opened(queries(statements=reading(entry(1, "BEGIN")))) as on:
        await on.press("4", "p")
        await until(on, lambda: "BEGIN has no plan" in on.text)


async def test_enter_on_a_node_goes_to_its_table() -> None:
    request = Explain(*totals().entries[0].key)
    async with opened(queries(answers={request: plan_of(SEQ_SCAN)}), size=(80, 24)) as on:
        await on.press("4", "p")
        await until(on, lambda: "Seq Scan on app.tasks" in on.text)
        await on.press("enter")
        assert on.main.deck.active.name == "tables"
        assert on.main.tab.place().object == "table:app.tasks"


# On a real server


async def test_a_plan_is_made_by_the_server_and_nothing_is_executed(database: Database) -> None:
    database.execute(
        """CREATE EXTENSION pg_stat_statements;
           CREATE TABLE public.goods (id int PRIMARY KEY, name text);
           SELECT pg_stat_statements_reset()"""
    )
    database.execute("DELETE FROM goods WHERE id = 5 AND name LIKE 'x%'")
    app = PlumbApp(LiveFeed(database.target()), Config(), FULL)
    async with app.run_test(size=(120, 40)) as pilot:
        on = Opened(pilot, app, FakeFeed())

        def texts() -> list[str]:
            return [row.statement.query or "" for row in tab_of(on).table.view.rows]

        await on.press("4")
        await until(on, lambda: any(text.startswith("DELETE FROM goods") for text in texts()))
        await on.press("slash", *"goods delete", "enter")
        await until(on, lambda: app.store.state.catalog is not None)
        await on.press("p")
        await until(on, lambda: "This will run" in on.text)
        await on.press("p")
        await until(on, lambda: "not executed" in on.text)
        await until(on, lambda: "Delete on public.goods" in on.text)
        calls = "SELECT calls FROM pg_stat_statements WHERE query LIKE 'DELETE FROM goods%'"
        assert database.execute(calls) == [(1,)]


# Pictures


def after(feed: FakeFeed, *keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Two minutes in the tab, then some keys, then rest."""

    async def settle(pilot: Pilot[None]) -> None:
        await pilot.press("4")
        for minute_part in range(1, 13):
            feed.post(queries(statements=busy(minute_part)))
            await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        for _ in range(3):
            await pilot.pause()

    return settle


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_queries(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    feed = FakeFeed(queries(statements=busy(0)))
    app = PlumbApp(feed, Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=after(feed, "j"))


@pytest.mark.parametrize(
    "part",
    [
        "statement",
        *(pytest.param(part, marks=pytest.mark.long) for part in ("figures", "tables", "findings")),
        "plan",
    ],
)
def test_queries_detail_on_a_small_screen(snap_compare: Callable[..., bool], part: str) -> None:
    feed = FakeFeed(queries(statements=busy(0)))
    app = PlumbApp(feed, Config(), FULL)
    keys = ["j", "enter", *["tab"] * ["statement", "figures", "tables", "findings", "plan"].index(part)]
    assert snap_compare(app, terminal_size=(80, 24), run_before=after(feed, *keys))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_queries_plan(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    chosen = busy(0).entries[1].key
    answers: dict[Request, object] = {Explain(*chosen): explained(saved_plan())}

    class Planned(FakeFeed):
        """Every state has the plan."""

        def post(self, state: State) -> None:
            super().post(replace(state, answers=answers))

    feed = Planned(queries(statements=busy(0)))
    app = PlumbApp(feed, Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=after(feed, "j", "p"))
