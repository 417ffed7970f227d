"""Killed with SIGKILL at every step and at any moment: a resumed plan loses nothing and does nothing twice."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from tests.databases import Database
from tests.migrate.apply.plans import ROWS, TABLE, WHOLE
from tests.migrate.apply.running import HISTORY, Apply, apply
from tests.waiting import eventually

BEGUN = (
    "SELECT count(*) FROM pgplumb.schema_change WHERE plan_id = 'whole' AND direction = 'up' AND step = %s"
    " AND state = 'began'"
)
DONE = (
    "SELECT step, count(*) FROM pgplumb.schema_change WHERE plan_id = 'whole' AND direction = 'up' AND piece IS NULL"
    " AND state = 'done' AND step > 0 GROUP BY step ORDER BY step"
)


@pytest.fixture
def orders(database: Database) -> Database:
    database.execute(TABLE)
    return database


def begun(database: Database, step: int) -> bool:
    return bool(database.execute(HISTORY)[0][0]) and database.execute(BEGUN, [step])[0][0] > 0


def assert_done_once(database: Database) -> None:
    """Every step ended once, every row was changed once, and is what it should be."""
    assert database.execute(DONE) == [(step, 1) for step in range(1, 7)]
    touched = "SELECT count(*), min(touched), max(touched), count(*) FILTER (WHERE amount <> whole * 100)"
    assert database.execute(f"{touched} FROM public.orders") == [(ROWS, 1, 1, 0)]
    assert database.execute("SELECT rows, unchanged FROM pgplumb.backfill") == [(ROWS, 0)]
    indexes = (
        "SELECT c.relname, indisvalid AND indisready FROM pg_index JOIN pg_class c ON c.oid = indexrelid"
    )
    found = database.execute(f"{indexes} WHERE indrelid = 'public.orders'::regclass ORDER BY 1")
    assert found == [("orders_cents", True), ("orders_pkey", True)]
    assert database.execute("SELECT convalidated FROM pg_constraint WHERE conname = 'cents_set'") == [(True,)]


@pytest.mark.parametrize("step", range(1, 7))
def test_killed_as_soon_as_a_step_has_begun(orders: Database, step: int, tmp_path: Path) -> None:
    first = Apply(orders, WHOLE, tmp_path, "--confirm", orders.name)
    assert eventually(lambda: begun(orders, step), 60)
    first.kill()
    status, output, errors = apply(orders, WHOLE, tmp_path, "--resume")
    assert status == 0, errors
    assert "all 6 steps are done" in output or "Nothing to do" in output
    assert_done_once(orders)


def killed_at_some_moment(database: Database, folder: Path, way: str, chance: random.Random) -> bool:
    """Start the plan, kill it a moment after it began a step; return whether it was killed before its end."""
    run = Apply(database, WHOLE, folder, "--confirm", database.name, way)
    assert run.process.stdout is not None
    for line in run.process.stdout:
        if "(server process" in line:
            break
    else:
        status, _, errors = run.end()
        # Killed between its last step and its end: there is nothing left to do, or to take back.
        assert status == 0 or "was not applied here" in errors
        return False
    try:
        run.process.wait(chance.random() * 0.3)
    except subprocess.TimeoutExpired:
        run.kill()
        return True
    status, output, errors = run.end()
    assert status == 0, (output, errors)
    return False


@pytest.mark.long
def test_killed_more_than_twenty_times_on_the_way_up_and_on_the_way_down(
    orders: Database, tmp_path: Path
) -> None:
    chance = random.Random(7)
    orders.execute(
        "CREATE OR REPLACE FUNCTION public.count_update() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM 1 FROM generate_series(1, 100); NEW.touched := OLD.touched + 1; RETURN NEW; END $$"
    )
    killed_in: list[int] = []
    turn = 0
    while len(killed_in) < 24 or (len(set(killed_in)) < 3 and turn < 12):
        turn += 1
        for way in ("--resume", "--down"):
            while killed_at_some_moment(orders, tmp_path, way, chance):
                killed_in.append(
                    orders.execute("SELECT step FROM pgplumb.schema_change ORDER BY id DESC LIMIT 1")[0][0]
                )
            if way == "--resume":
                touched = "SELECT min(touched), max(touched), count(*) FILTER (WHERE amount <> whole * 100)"
                assert orders.execute(f"{touched} FROM public.orders") == [(turn, turn, 0)]
        assert orders.execute("SELECT count(*), min(amount), max(amount) FROM public.orders") == [
            (ROWS, 0, 96)
        ]
    print(f"{len(killed_in)} kills in {turn} turns, by step: {sorted(killed_in)}")
    assert len(set(killed_in)) >= 3
    ended = "SELECT DISTINCT count(*) FROM pgplumb.schema_change WHERE state = 'done' AND piece IS NULL"
    assert orders.execute(f"{ended} GROUP BY step, direction") == [(turn,)]


def test_a_build_that_runs_on_after_the_kill_is_waited_for(orders: Database, tmp_path: Path) -> None:
    writer = orders.connect()
    first = Apply(orders, WHOLE, tmp_path, "--confirm", orders.name)
    assert eventually(lambda: begun(orders, 2), 60)
    assert eventually(lambda: bool(orders.execute("SELECT 1 FROM pgplumb.backfill WHERE walked > 0")), 60)
    writer.execute("CREATE TABLE public.held (i int)")
    writer.execute("LOCK TABLE public.orders IN ROW EXCLUSIVE MODE")
    assert eventually(lambda: begun(orders, 3), 60)
    building = "SELECT pid FROM pg_stat_progress_create_index"
    assert eventually(lambda: bool(orders.execute(building)))
    first.kill()
    assert orders.execute(building), "the server does not notice that its client is gone"
    second = Apply(orders, WHOLE, tmp_path, "--confirm", orders.name, "--resume")
    assert second.process.stdout is not None
    seen = ""
    while "still runs on the server" not in seen:
        line = second.process.stdout.readline()
        assert line, second.end()
        seen += line
    writer.commit()
    status, output, errors = second.end()
    assert status == 0, errors
    assert "recognised: index public.orders_cents is there and valid" in output
    assert_done_once(orders)
