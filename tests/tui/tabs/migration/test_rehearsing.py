"""What is measured while one writes: in the list, beside the text, and in the place of the checklist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pgplumb.foundation.config import Config
from pgplumb.migrate.probes import Answer, Probe
from pgplumb.migrate.proof import Proof
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.requests import AskTarget, ComparePlans, Prove, Rehearse
from pgplumb.tui.state import State
from pgplumb.tui.tabs.migration import trials
from pgplumb.tui.tabs.migration.after_pane import InFullScreen
from pgplumb.tui.tabs.migration.probe_screen import ProbeScreen
from tests.tui.fakes import FakeFeed
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL, Opened, opened
from tests.tui.tabs.migration.rehearsals import DOWN, FAILS, UP, compared, proven, refused, rehearsed
from tests.tui.tabs.migration.writing import SIZES, calm, tab_of, until, write

EXACT = Proof("exact", "the down brings back everything", seconds=0.4)
LOSSY = Proof("shape", "the shape comes back, not the values of token", losses=("the values of token",))


async def measured(on: Opened) -> None:
    """Wait until what was measured is shown."""

    def shown() -> bool:
        known = tab_of(on).known.known
        return known is not None and known.reading.measured is not None

    await until(on, shown)
    await on.pilot.pause()


async def written(on: Opened) -> None:
    """The migration of the fixture, in the editors."""
    await on.press("5")
    await write(on, UP, DOWN)


async def test_a_text_is_rehearsed_once_it_was_read_and_what_was_measured_takes_the_place_of_the_reading() -> (
    None
):
    async with opened(demo_state()) as on:
        await written(on)
        assert Rehearse(UP, "autocommit") in on.feed.asked
        assert "not rehearsed, not applied" in on.text
        await on.post(rehearsed(demo_state()))
        await measured(on)
        assert "rehearsed · not applied" in on.text
        assert "ACCESS EXCLUSIVE app.tasks  rewrite  readers wait" in on.text
        assert "SHARE UPDATE EXCLUSIVE app.tasks  scan  writers go on" in on.text
        assert "autocommit · rehearsed" in on.text


async def test_the_checklist_as_it_would_be_stands_in_the_place_of_the_checklist() -> None:
    async with opened(demo_state()) as on:
        await written(on)
        await on.post(rehearsed(demo_state()))
        await measured(on)
        assert "AFTER THIS MIGRATION" in on.text
        assert "CHECKLIST" not in on.text
        rows = [row for row in tab_of(on).after.table.view.rows if row.kind == "flip"]
        assert [row.left[0].text.strip() for row in rows] == ["-", "+"]
        assert "others unchanged" in on.text
        await on.press("1")
        assert "CHECKLIST" in on.text
        await on.press("5")
        assert "AFTER THIS MIGRATION" in on.text


async def test_what_was_measured_of_another_text_is_not_shown_as_that_of_this_one() -> None:
    async with opened(demo_state()) as on:
        await written(on)
        await on.post(rehearsed(demo_state()))
        await measured(on)
        await write(on, UP + "SELECT 1;\n")
        assert "of the text before" in on.text
        known = tab_of(on).known.known
        assert known is not None
        assert known.reading.measured is None


async def test_an_error_of_the_rehearsal_stands_at_its_place() -> None:
    async with opened(demo_state()) as on:
        await written(on)
        await on.post(rehearsed(demo_state(), statements=FAILS))
        await measured(on)
        assert "fails when rehearsed" in on.text
        assert 'column "token" exists (42701)' in on.text
        fault = next(row for row in tab_of(on).known.table.view.rows if row.kind == "fault")
        assert fault.place == (3, 12)
        hazards = [
            row.hazard.id for row in tab_of(on).known.table.view.rows if row.hazard and row.statement == 1
        ]
        assert "syntax-or-semantic-error" not in hazards


async def test_a_target_of_which_there_is_no_twin_says_so() -> None:
    async with opened(refused("no server of PostgreSQL is installed here")) as on:
        await written(on)
        await until(on, lambda: "not rehearsed: no server of PostgreSQL" in on.text)
        assert "CHECKLIST" in on.text


async def test_the_down_is_proved_and_plans_are_compared_when_nobody_types(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trials, "IDLE", 0.05)
    async with opened(demo_state()) as on:
        await written(on)
        state = rehearsed(demo_state())
        assert state.rehearsal.found is not None
        found = state.rehearsal.found
        assert found.rehearsal.catalog_after is not None
        other = replace(found.rehearsal, catalog_after=replace(found.rehearsal.catalog_after))
        state = replace(state, rehearsal=replace(state.rehearsal, found=replace(found, rehearsal=other)))
        await on.post(state)
        await until(on, lambda: Prove(UP, DOWN, "autocommit") in on.feed.asked)
        assert ComparePlans(UP) not in on.feed.asked
        await on.post(proven(state, EXACT))
        await until(on, lambda: ComparePlans(UP) in on.feed.asked)
        await on.post(compared(proven(state, EXACT)))
        assert "proved: exact" in on.text
        assert "×2,600 cheaper" in on.text
        assert "×1.8 dearer" in on.text
        await until(
            on,
            lambda: "plan-worse" in [row.hazard.id for row in tab_of(on).known.table.view.rows if row.hazard],
        )


async def test_enter_shows_what_the_way_back_loses() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await written(on)
        await on.post(proven(rehearsed(demo_state()), LOSSY))
        await measured(on)
        await on.press("c")
        assert "shape only: rows are lost" in on.text
        assert tab_of(on).after.table.move_to(("proof",))
        await on.press("enter")
        assert on.at(InFullScreen)
        assert "the values of token" in on.text
        await on.press("escape", "escape")
        assert "AFTER THIS MIGRATION" not in on.text


def answered(state: State, request: AskTarget) -> State:
    """The target's answers: one failure, one fact."""
    nulls = Probe(
        "nulls", "Is a title of app.tasks null?", 0, ("app.tasks.title",), "SELECT 1", True, settles=True
    )
    answers = (
        Answer(nulls, "fail", "app.tasks holds a null title", 0.012),
        Answer(replace(nulls, id="disk-room", settles=False), "pass", "61 GB are free", 0.002),
    )
    return replace(state, answers={**state.answers, request: answers})


async def test_nothing_is_asked_of_the_target_before_a_person_has_seen_it() -> None:
    up = "ALTER TABLE app.tasks ALTER COLUMN title SET NOT NULL;"
    async with opened(demo_state()) as on:
        await on.press("5")
        await write(on, up)
        await on.press("p")
        await until(on, lambda: on.at(ProbeScreen))
        assert "SELECT" in on.text
        assert not [wish for wish in on.feed.asked if isinstance(wish, AskTarget)]
        await on.press("enter")
        request = next(wish for wish in on.feed.asked if isinstance(wish, AskTarget))
        assert request.probes
        assert not request.force
        await on.post(answered(demo_state(), request))
        assert "app.tasks holds a null title" in on.text
        await on.press("escape")
        await until(on, lambda: "fails-on-existing-rows" in on.text)


def whole() -> State:
    state = compared(proven(rehearsed(demo_state()), EXACT))
    return answered(state, AskTarget(UP, "autocommit", 1))


async def settled(pilot: Any) -> None:
    """Show the migration with everything that is known of it."""
    app: PlumbApp = pilot.app
    on = Opened(pilot, app, FakeFeed())
    await pilot.pause()
    await written(on)
    await measured(on)
    await calm(on)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_rehearsed_migration(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    app = PlumbApp(FakeFeed(whole()), Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=settled)


def test_what_would_be_after_it_on_a_small_screen(snap_compare: Callable[..., bool]) -> None:
    async def beside(pilot: Any) -> None:
        await settled(pilot)
        await pilot.press("c")
        for _ in range(3):
            await pilot.pause()

    app = PlumbApp(FakeFeed(whole()), Config(), FULL)
    assert snap_compare(app, terminal_size=(80, 24), run_before=beside)
