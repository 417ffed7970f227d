"""Applying from the screen, with the real feed on real servers: looked at, confirmed, run, stopped, gone on with."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from pgplumb.migrate.plan import Plan, Step
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.live.feed import LiveFeed
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.screens.main import MainScreen
from pgplumb.tui.state import Phase
from pgplumb.tui.tabs.migration.applying.screen import ApplyScreen
from pgplumb.tui.tabs.migrations import MigrationsTab
from tests.databases import Database
from tests.migrate.apply.plans import ADD, FILL, INDEX, ROWS, TABLE, plan
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL, opened

NAME = Step(
    "switch",
    "ALTER TABLE public.orders RENAME COLUMN amount TO price;",
    "ALTER TABLE public.orders RENAME COLUMN price TO amount;",
    about="name it",
    lock_timeout="30s",
)


SLOW = """
    CREATE OR REPLACE FUNCTION public.count_update() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.touched := OLD.touched + 1; PERFORM pg_sleep(0.0005); RETURN NEW; END $$;
"""
"""A batch then takes long enough to be seen."""


@pytest.fixture(autouse=True)
def state_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep plans and logs of runs out of the home directory."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def orders(database: Database) -> Database:
    """A database with a table to change."""
    database.execute(TABLE)
    return database


class Driven:
    """The program on a real server."""

    def __init__(self, pilot: Pilot[None], app: PlumbApp) -> None:
        self.pilot, self.app = pilot, app

    @property
    def tab(self) -> MigrationsTab:
        main = self.app.screen_stack[0]
        assert isinstance(main, MainScreen)
        assert isinstance(main.tab, MigrationsTab)
        return main.tab

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def until(self, holds: Callable[[], object], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, self.text
            await self.pilot.pause(0.02)

    async def shows(self, words: str) -> None:
        await self.until(lambda: isinstance(self.app.screen, ApplyScreen) and words in self.text)

    async def confirm(self, name: str) -> None:
        """Type a name where the name of the database is asked for."""
        await self.shows("ready to")
        await self.press("enter")
        await self.until(lambda: isinstance(self.app.screen, ConfirmScreen))
        await self.press(*name, "enter")


@asynccontextmanager
async def driven(database: Database, migration: Plan | str, user: str = "postgres") -> AsyncIterator[Driven]:
    """Open the program with a migration on its workbench, and look at what would run."""
    app = PlumbApp(LiveFeed(database.target(user)), None, FULL)
    async with app.run_test(size=(120, 40)) as pilot:
        on = Driven(pilot, app)
        await on.until(lambda: app.store.state.catalog is not None)
        await on.press("5")
        if isinstance(migration, Plan):
            on.tab.take_plan(migration, migration.title)
        else:
            on.tab.texts.up.replace_all(migration)
        await pilot.pause()
        await on.press("a")
        await on.until(lambda: isinstance(app.screen, ApplyScreen))
        yield on


def ours(database: Database) -> int:
    """How many connections of ours the server has."""
    rows = database.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'pgplumb%'"
    )
    return int(rows[0][0])


def recorded(database: Database) -> bool:
    """Whether anything was written about a run."""
    return bool(database.execute("SELECT to_regnamespace('pgplumb') IS NOT NULL")[0][0])


async def test_a_build_and_a_backfill_are_applied_with_two_connections_once_the_name_is_typed(
    orders: Database,
) -> None:
    migration = plan(ADD, FILL, INDEX, name="screen")
    async with driven(orders, migration) as on:
        await on.confirm("elsewhere")
        assert isinstance(on.app.screen, ConfirmScreen)
        assert not recorded(orders)
        await on.press(*orders.name, "enter")
        most = 0

        def finished() -> bool:
            nonlocal most
            most = max(most, ours(orders))
            return "finished in" in on.text

        await on.until(finished)
        assert "all 3 steps are done" in on.text
        assert most <= 2
        assert orders.execute("SELECT count(*) FROM orders WHERE cents = amount * 100 AND touched = 1") == [
            (ROWS,)
        ]
        assert orders.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_cents'::regclass"
        ) == [(True,)]
        await on.press("escape")
        assert "all 3 steps are done" in on.text
        assert "not applied" not in on.text
        await on.until(lambda: on.app.store.state.catalog is not None and _has_cents(on))


def _has_cents(on: Driven) -> bool:
    """Whether the screen came back to the server and knows what was done."""
    catalog = on.app.store.state.catalog
    table = catalog.by_name.get(("public", "orders")) if catalog is not None else None
    return table is not None and table.column_named("cents") is not None


async def test_a_step_that_waits_names_who_is_in_the_way_and_k_ends_that_session(orders: Database) -> None:
    async with driven(orders, plan(NAME, name="blocked")) as on:
        blocker = orders.connect()
        blocker.execute("SELECT count(*) FROM public.orders")
        pid = blocker.info.backend_pid
        await on.confirm(orders.name)
        await on.shows(f"pid {pid} (")
        assert "idle in transaction" in on.text
        await on.press("k")
        await on.until(lambda: isinstance(on.app.screen, ConfirmScreen))
        assert "its session is ended" in on.text
        await on.press(*"1", "enter", "escape")
        assert orders.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", (pid,)) == [(1,)]
        await on.press("k")
        await on.press(*str(pid), "enter")
        await on.shows("finished in")
        assert f"pid {pid} was ended" in on.text


@pytest.mark.long
async def test_a_backfill_is_stopped_in_a_stated_state_and_goes_on_without_doing_anything_twice(
    orders: Database,
) -> None:
    orders.execute("DELETE FROM orders WHERE id > 2000")
    orders.execute(SLOW)
    async with driven(orders, plan(ADD, FILL, name="stopped")) as on:
        await on.confirm(orders.name)
        await on.shows("batches")
        await on.press("p")
        await on.shows("paused by you")
        await on.press("-", "-", "-", "-")
        await on.shows("works 5 % of the time")
        await on.press("escape")
        assert isinstance(on.app.screen, ApplyScreen)
        await on.press("s")
        await on.shows("stopped:")
        assert "step 1 of 2 is done; step 2 is begun" in on.text
        assert "--resume" in on.text
        some = orders.execute("SELECT count(*) FROM orders WHERE touched = 1")[0][0]
        assert 0 < some < 2000
        await on.press("enter")
        await on.confirm(orders.name)
        await on.shows("finished in")
        assert orders.execute("SELECT DISTINCT touched FROM orders") == [(1,)]


@pytest.mark.long
async def test_a_text_written_by_hand_is_applied_statement_by_statement_and_taken_back(
    orders: Database,
) -> None:
    text = "ALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX CONCURRENTLY noted ON orders (note);"
    async with driven(orders, text) as on:
        await on.shows("ready to apply 2 steps")
        assert "not rehearsed" in on.text
        await on.confirm(orders.name)
        await on.shows("finished in")
        await on.press("d")
        await on.shows("ready to take back 2 steps")
        await on.confirm(orders.name)
        await on.shows("finished in")
        assert orders.execute("SELECT to_regclass('noted') IS NULL") == [(True,)]


@pytest.mark.long
async def test_a_gate_stops_the_run_until_a_person_says_that_it_is_passed(orders: Database) -> None:
    gated = replace(NAME, gate="deploy code that reads both names")
    async with driven(orders, plan(ADD, gated, name="gated")) as on:
        await on.confirm(orders.name)
        await on.shows("before step 2: deploy code that reads both names")
        await on.press("s")
        await on.shows("stopped:")
        assert "step 1 of 2 is done" in on.text
        await on.press("enter")
        await on.confirm(orders.name)
        await on.shows("before step 2")
        await on.press("g")
        await on.shows("all 2 steps are done")


async def test_what_stands_against_it_keeps_it_from_running_until_it_is_waived_with_a_reason(
    orders: Database,
) -> None:
    orders.execute(f"CREATE ROLE clerk LOGIN; GRANT CREATE ON DATABASE {orders.name} TO clerk")
    async with driven(orders, plan(ADD, name="waived"), user="clerk") as on:
        await on.shows("it may not run: The role owns the tables")
        await on.press("enter")
        assert isinstance(on.app.screen, ApplyScreen)
        await on.press("w", *"because", "enter")
        await on.confirm(orders.name)
        await on.shows("(42501)")
        assert "no step is done" in on.text
        noted = orders.execute(
            "SELECT note FROM pgplumb.schema_change WHERE note IS NOT NULL ORDER BY id LIMIT 1"
        )
        assert "waived role-owns-object: because" in str(noted)


async def test_without_a_server_nothing_can_be_applied_and_it_says_so() -> None:
    state = demo_state()
    saved = replace(state, connection=replace(state.connection, phase=Phase.OFFLINE))
    async with opened(saved) as on:
        await on.press("5", "a")
        assert "connect first" in on.text


@pytest.mark.long
async def test_a_lost_connection_is_said_and_the_backfill_goes_on_where_it_was(orders: Database) -> None:
    orders.execute("DELETE FROM orders WHERE id > 4000")
    orders.execute(SLOW)
    async with driven(orders, plan(ADD, FILL, name="lost")) as on:
        await on.confirm(orders.name)
        await on.shows("batches")
        orders.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgplumb apply'"
            " AND datname = current_database()"
        )
        await on.shows("the connection is lost")
        await on.shows("finished in")
        assert "connected again" in on.text
        assert orders.execute("SELECT DISTINCT touched FROM orders") == [(1,)]
