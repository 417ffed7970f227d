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


def test_killed_twenty_times_at_any_moment(orders: Database, tmp_path: Path) -> None:
    chance = random.Random(5)
    orders.execute(
        "CREATE OR REPLACE FUNCTION public.count_update() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM 1 FROM generate_series(1, 400); NEW.touched := OLD.touched + 1; RETURN NEW; END $$"
    )
    kills = 0
    for _ in range(60):
        run = Apply(orders, WHOLE, tmp_path, "--confirm", orders.name, "--resume")
        try:
            run.process.wait(0.35 + chance.random() * 0.5)
        except subprocess.TimeoutExpired:
            run.kill()
            kills += 1
            continue
        run.end()
        break
    assert kills >= 20
    status, _, errors = apply(orders, WHOLE, tmp_path, "--resume")
    assert status == 0, errors
    assert_done_once(orders)


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
