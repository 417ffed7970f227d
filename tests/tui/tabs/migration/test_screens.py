"""How the screens of a migration look, from fixed records."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from pgplumb.migrate.apply.events import (
    BatchDone,
    Blocked,
    Blocker,
    Event,
    Progress,
    StepBegan,
    StepDone,
    Stopped,
)
from pgplumb.migrate.apply.preflight.item import Item, passed, unknown
from pgplumb.migrate.apply.preflight.look import Preflight
from pgplumb.migrate.apply.standing import Standing
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.tabs.migration.applying.course import begun
from pgplumb.tui.tabs.migration.applying.job import Looked
from pgplumb.tui.tabs.migration.applying.screen import ApplyScreen
from pgplumb.tui.tabs.migration.export.screen import ExportScreen
from pgplumb.tui.tabs.migration.wizard.screen import WizardScreen
from tests.migrate.apply.plans import ADD, FILL, INDEX, SWITCH, plan
from tests.tui.fakes import FakeFeed, live_state
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL

WHEN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
PLAN = plan(ADD, FILL, INDEX, SWITCH, name="20260314092653_cents")
SIZES = [(80, 24), (120, 40)]
FOUND = Preflight(
    "shop",
    (
        passed("writable", "The server takes writes", "it is a primary, and transactions may write"),
        passed("may-record", "The history can be written", "schema pgplumb will be created, with two tables"),
        Item(
            "long-transactions",
            "No old transaction holds locks on the tables",
            "warn",
            "pid 4121 (reporting) SELECT idle in transaction since 4 min, holds AccessShareLock on public.orders",
            "Let it end: steps wait for it, are tried again, and give up in the end.",
        ),
        unknown("disk-room", "The disk has room", "what is free on the server cannot be seen from here"),
        passed("replication-lag", "Replicas keep up", "2 replicas, at most 0.1 s behind"),
        passed("slots", "No slot holds back the log", "no inactive slot"),
    ),
)
LOOKED = Looked("up", Standing(), "no step is done", FOUND, "", tuple(enumerate(PLAN.steps, 1)))
HOLDER = Blocker(
    4121, 243.0, "idle in transaction", "SELECT", "AccessShareLock on public.orders", "reporting"
)
RAN: tuple[Event, ...] = (
    StepBegan(1, 4, "up", "add the column", ADD.up, 5120),
    Blocked(1, 0.8, (HOLDER,)),
)
FAR = Progress(2, "backfill", 4_200_000, 12_400_000, 312.0, 610.0)
FILLS: tuple[Event, ...] = (
    StepBegan(1, 4, "up", "add the column", ADD.up, 5120),
    StepDone(1, 4, "up", 0.018),
    StepBegan(2, 4, "up", "fill the column", FILL.up, 5120),
    BatchDone(2, 840, 5000, 4_200_000, 4_200_000, 0.31, 5200, FAR),
)
STOP = Stopped(
    "asked",
    "it was asked to stop",
    "step 1 of 4 is done; step 2 is begun: 4.20 M rows are changed in 840 batches",
    "pgplumb apply shop-cents.plan.json @shop --resume",
    "pgplumb apply shop-cents.plan.json @shop --down",
)
Shown = Callable[[Pilot[None]], Any]


def app() -> PlumbApp:
    return PlumbApp(FakeFeed(live_state()), None, FULL)


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        await pilot.pause(0.02)


def applying(*events: Event) -> Shown:
    """Open the screen on fixed records, and have it hear of some events."""

    async def run(pilot: Pilot[None]) -> None:
        application = pilot.app
        assert isinstance(application, PlumbApp)
        await pilot.pause()
        remarks = (("1 hazard: breaks-old-code, the column amount gets another name", "bad"),)
        screen = ApplyScreen(PLAN, application.store.state.connection, remarks)  # type: ignore[arg-type]
        application.push_screen(screen)
        await pilot.pause()
        screen.post_message(screen.Heard(LOOKED))
        await pilot.pause()
        if events:
            screen._course = begun(PLAN, 0, "up")
        for event in events:
            screen.post_message(screen.Heard(event))
        await pilot.pause()
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_what_would_run_and_what_stands_against_it(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=applying())


def test_a_step_that_waits(snap_compare: Any) -> None:
    assert snap_compare(app(), terminal_size=(80, 24), run_before=applying(*RAN))


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_a_backfill_under_way(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=applying(*FILLS))


def test_a_run_that_was_stopped(snap_compare: Any) -> None:
    assert snap_compare(app(), terminal_size=(80, 24), run_before=applying(*FILLS, STOP))


def test_the_tools_and_their_files(
    snap_compare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def run(pilot: Pilot[None]) -> None:
        await pilot.pause()
        screen = ExportScreen(PLAN, Path("migrations"), WHEN)
        pilot.app.push_screen(screen)
        await pilot.pause()
        assert screen._tools.move_to("flyway")
        await until(pilot, lambda: screen._planned is not None and screen._planned.tool == "flyway")
        await pilot.pause()

    assert snap_compare(app(), terminal_size=(80, 24), run_before=run)


@pytest.mark.parametrize(
    ("size", "stage"),
    [((80, 24), "what"), ((120, 40), "fields"), ((80, 24), "fields"), ((80, 24), "way"), ((120, 40), "way")],
    ids=["what-80x24", "fields-120x40", "fields-80x24", "way-80x24", "way-120x40"],
)
def test_the_stages_of_a_new_migration(snap_compare: Any, size: tuple[int, int], stage: str) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await pilot.pause()
        screen = WizardScreen(demo_state().catalog, when=WHEN)
        pilot.app.push_screen(screen)
        # The list keeps its place where its height changes: it must have its height before the cursor goes.
        for _ in range(3):
            await pilot.pause()
        assert screen._list.table.move_to("create-index")
        await pilot.pause()
        if stage == "what":
            return
        screen._typed["create-index"] = {"table": "app.tasks", "columns": "title"}
        await pilot.press("enter")
        await until(pilot, lambda: screen._preview.ready)
        if stage == "way":
            await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(app(), terminal_size=size, run_before=run)
