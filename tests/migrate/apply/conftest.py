"""A table to change, and a short way to run a plan in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import Direction, Event
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.runner import Runner
from pgplumb.migrate.plan import Plan
from tests.databases import Database
from tests.migrate.apply.plans import TABLE

QUICK = Limits(attempts=4, first_pause=0.05, longest_pause=0.2)
"""For tests that are about retries and not about patience."""

Watch = Callable[[Event, Controls], None]


@pytest.fixture(autouse=True)
def state_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep logs of runs out of the home directory."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def orders(database: Database) -> Database:
    """A database with the table that the plans change."""
    database.execute(TABLE)
    return database


def run(
    database: Database,
    plan: Plan,
    watch: Watch | None = None,
    *,
    direction: Direction = "up",
    resume: bool = False,
    limits: Limits = QUICK,
    controls: Controls | None = None,
    user: str = "postgres",
) -> list[Event]:
    """Run a plan to the end of its events; `watch` sees each of them as it happens."""
    runner = Runner(
        plan, database.target(user), direction=direction, resume=resume, limits=limits, controls=controls
    )
    events = []
    for event in runner.run():
        events.append(event)
        if watch is not None:
            watch(event, runner.controls)
    return events
