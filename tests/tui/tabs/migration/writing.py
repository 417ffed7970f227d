"""What tests of the Migrations tab do: write, wait until it was read, choose a row."""

from __future__ import annotations

import time
from collections.abc import Callable

from pgplumb.checks.finding import Finding
from pgplumb.tui.tabs.migration.known import Known
from pgplumb.tui.tabs.migrations import MigrationsTab
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import Opened

SIZES = [(80, 24), (120, 40), (200, 50)]
INDEX = "CREATE INDEX i ON app.tasks (title);"


def tab_of(on: Opened) -> MigrationsTab:
    tab = on.main.tab
    assert isinstance(tab, MigrationsTab)
    return tab


async def until(on: Opened, holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, on.text
        await on.pilot.pause(0.02)


async def known(on: Opened) -> Known:
    """Wait until the texts were read as they stand; return what is known of them."""
    bench = tab_of(on).bench

    def current() -> bool:
        found = bench.known.known
        return (
            found is not None
            and found.reading.job.up == bench.texts.up.text
            and (found.reading.text("down") == bench.texts.down.text and found.reading.job.mode == bench.mode)
        )

    await until(on, current)
    assert bench.known.known is not None
    await on.pilot.pause()
    return bench.known.known


async def write(on: Opened, up: str, down: str | None = None) -> Known:
    """Put texts into the editors, as a paste would, and wait until they are read."""
    tab = tab_of(on)
    tab.texts.up.replace_all(up)
    if down is not None:
        tab.texts.down.replace_all(down)
        await until(on, lambda: tab.bench.state.down == "own")
    return await known(on)


async def choose(on: Opened, **what: object) -> None:
    """Put the cursor on the first row of the list that is like this."""
    table = tab_of(on).known.table
    row = next(row for row in table.view.rows if all(getattr(row, k) == v for k, v in what.items()))
    assert table.move_to(row.key)
    await on.pilot.pause()


def finding_of(rule: str) -> Finding:
    """A finding of the sample database with a fix."""
    checklist = demo_state().checklist
    assert checklist is not None
    result = checklist.result(rule)
    assert result is not None
    return next(finding for finding in result.findings if finding.fix is not None)


async def calm(on: Opened) -> None:
    """Wait until the list has said the same for a while, and put its cursor on the first row."""
    table = tab_of(on).known.table
    before: list[object] = []
    same = 0
    while same < 3 or tab_of(on).bench._held is not None:
        now = [table.view.key(row) for row in table.view.rows]
        same = same + 1 if now == before else 0
        before = now
        await on.pilot.pause()
    table.action_first()
