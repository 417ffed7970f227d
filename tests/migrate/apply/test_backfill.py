"""Backfills: every row once, beside people who work on the same table, held and hurried by those who watch."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import (
    BatchDone,
    Event,
    Failed,
    Finished,
    Paused,
    StepDone,
    Stopped,
    Throttled,
)
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.pace import Pace, strained
from pgplumb.migrate.apply.watcher import Strain
from pgplumb.migrate.plan import Batches, Step
from tests.databases import Database
from tests.migrate.apply.conftest import QUICK, run
from tests.migrate.apply.plans import ADD, FILL, ROWS, plan


def fill(batches: Batches) -> Step:
    return Step("backfill", "SELECT 1;", "", batches=batches)


def batches(events: list[Event]) -> list[BatchDone]:
    return [event for event in events if isinstance(event, BatchDone)]


def test_progress_ends_at_the_number_of_rows(orders: Database) -> None:
    events = run(orders, plan(ADD, FILL))
    done = batches(events)
    assert [b.batch for b in done] == list(range(1, len(done) + 1))
    assert done[-1].rows == done[-1].walked == sum(b.changed for b in done) == ROWS
    assert done[-1].progress.ratio == 1.0
    assert all(b.progress.eta is not None for b in done)
    assert next(e.rows for e in events if isinstance(e, StepDone) and e.step == 2) == ROWS


def test_stopped_after_a_batch_it_goes_on_with_the_next(orders: Database) -> None:
    def stop(event: Event, controls: Controls) -> None:
        if isinstance(event, BatchDone) and event.batch == 3:
            controls.stop()

    first = run(orders, plan(ADD, FILL), stop)
    last = first[-1]
    assert isinstance(last, Stopped)
    assert last.reason == "asked"
    assert "step 2 is begun" in last.stands
    assert "in 3 batches" in last.stands
    second = run(orders, plan(ADD, FILL), resume=True)
    assert isinstance(second[-1], Finished)
    assert batches(second)[0].batch == 4
    assert orders.execute("SELECT min(touched), max(touched) FROM public.orders") == [(1, 1)]


def test_a_pause_holds_it_and_no_lock_or_transaction_is_left_open(orders: Database) -> None:
    states: list[str] = []

    def watch(event: Event, controls: Controls) -> None:
        if isinstance(event, BatchDone) and event.batch == 2:
            controls.pause()
        if isinstance(event, Paused):
            idle = "SELECT state FROM pg_stat_activity WHERE application_name = 'pgplumb apply'"
            states.extend(s for (s,) in orders.execute(idle + " AND datname = current_database()"))
            controls.go_on()

    assert isinstance(run(orders, plan(ADD, FILL), watch)[-1], Finished)
    assert states == ["idle", "idle"]


def test_slower_leaves_the_server_more_of_the_time() -> None:
    controls = Controls()
    shares = [controls.share]
    for _ in range(9):
        controls.slower()
        shares.append(controls.share)
    assert shares[0] == 0.8
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0.05
    for _ in range(9):
        controls.faster()
    assert controls.share == 1.0


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("id bigint", "i"),
        ("id text", "md5(i::text)"),
        ("id uuid", "md5(i::text)::uuid"),
        ("id timestamptz", "timestamptz '2020-01-01 00:00:00.123456' + i * interval '1.000001 s'"),
        ("id numeric", "i / 7.0"),
        ('"Odd Name" bigint', "-i"),
    ],
)
def test_keys_of_any_type(database: Database, key: str, values: str) -> None:
    name = '"Odd Name"' if key.startswith('"') else "id"
    database.execute(f"CREATE TABLE public.t ({key} PRIMARY KEY, n int NOT NULL DEFAULT 0)")
    database.execute(f"INSERT INTO public.t SELECT {values} FROM generate_series(1, 1203) i")
    step = fill(Batches("public.t", (name,), "n = n + 1", "t.n = 0"))
    assert isinstance(run(database, plan(step), limits=replace(QUICK, first_batch=50))[-1], Finished)
    assert database.execute("SELECT min(n), max(n), count(*) FROM public.t") == [(1, 1, 1203)]


def test_a_key_of_several_columns_with_values_from_another_table(database: Database) -> None:
    database.execute(
        "CREATE TABLE public.owners (id int PRIMARY KEY, tenant int);"
        "INSERT INTO public.owners SELECT i, i * 10 FROM generate_series(1, 5) i;"
        "CREATE TABLE public.docs (owner int, n int, tenant int, PRIMARY KEY (owner, n));"
        "INSERT INTO public.docs SELECT i % 7, i, NULL FROM generate_series(1, 700) i"
    )
    step = fill(
        Batches(
            "public.docs",
            ("owner", "n"),
            "tenant = o.tenant",
            "t.tenant IS NULL AND o.id = t.owner",
            "public.owners AS o",
        )
    )
    assert isinstance(run(database, plan(step), limits=replace(QUICK, first_batch=37))[-1], Finished)
    # Owners 0 and 6 are not there: their rows keep nothing, and do not keep it from ending.
    left = "SELECT count(*) FILTER (WHERE tenant IS NULL), count(*) FILTER (WHERE tenant = owner * 10) FROM public.docs"
    assert database.execute(left) == [(200, 500)]


def test_deleting_in_batches_with_a_percent_sign_in_the_condition(orders: Database) -> None:
    step = fill(Batches("public.orders", ("id",), None, "t.id % 2 = 0"))
    assert isinstance(run(orders, plan(step))[-1], Finished)
    assert orders.execute("SELECT count(*) FROM public.orders") == [(ROWS // 2,)]


def test_a_condition_that_stays_true_fails_before_anything_is_changed(orders: Database) -> None:
    step = fill(Batches("public.orders", ("id",), "amount = t.amount", "t.amount >= 0"))
    last = run(orders, plan(step))[-1]
    assert isinstance(last, Failed)
    assert "still meet the condition" in last.why
    assert orders.execute("SELECT max(touched) FROM public.orders") == [(0,)]


def test_rows_that_come_behind_the_place_get_their_turn(orders: Database) -> None:
    def write(event: Event, _: Controls) -> None:
        if (
            isinstance(event, BatchDone)
            and event.batch == 4
            and not orders.execute("SELECT 1 FROM public.orders WHERE id < 0")
        ):
            orders.execute(
                "INSERT INTO public.orders (id, amount) SELECT -i, 1 FROM generate_series(1, 10) i"
            )

    assert isinstance(run(orders, plan(ADD, FILL), write)[-1], Finished)
    assert orders.execute("SELECT count(*) FROM public.orders WHERE cents IS NULL OR touched <> 1") == [(0,)]
    assert orders.execute("SELECT pass FROM pgplumb.backfill") == [(2,)]


def test_two_runs_that_think_the_same_place_theirs_do_no_batch_twice(orders: Database) -> None:
    """The guard keeps them apart; if it were lost on a broken network, the place itself does."""
    moved: list[int] = []

    def move(event: Event, _: Controls) -> None:
        if isinstance(event, BatchDone) and event.batch == 2 and not moved:
            moved.append(1)
            orders.execute("UPDATE pgplumb.backfill SET batches = batches + 1")

    last = run(orders, plan(ADD, FILL), move)[-1]
    assert isinstance(last, Stopped)
    assert last.reason == "guard"
    assert orders.execute("SELECT max(touched) FROM public.orders") == [(1,)]


class Stalls:
    """A client that does one small thing after the other, and how long each took."""

    def __init__(self, conninfo: str, sql: str, stop: threading.Event) -> None:
        self._conninfo, self._sql, self._stop = conninfo, sql, stop
        self.seconds: list[float] = []

    def work(self) -> None:
        chance = random.Random(3)
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            while not self._stop.is_set():
                start = time.monotonic()
                connection.execute(self._sql, [chance.randint(1, ROWS)])
                self.seconds.append(time.monotonic() - start)
                self._stop.wait(0.002)


def test_a_writer_of_the_same_rows_and_a_reader_are_never_held_up_for_long(orders: Database) -> None:
    stop = threading.Event()
    writer = Stalls(orders.conninfo, "UPDATE public.orders SET amount = amount WHERE id = %s", stop)
    reader = Stalls(orders.conninfo, "SELECT amount FROM public.orders WHERE id = %s", stop)
    # What the machine itself holds up: a client that has nothing to do with the table.
    bystander = Stalls(orders.conninfo, "UPDATE public.elsewhere SET n = n WHERE n > %s", stop)
    orders.execute("CREATE TABLE public.elsewhere (n int); INSERT INTO public.elsewhere VALUES (0)")
    orders.execute(
        "CREATE OR REPLACE FUNCTION public.count_update() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM 1 FROM generate_series(1, 400); NEW.touched := OLD.touched + 1; RETURN NEW; END $$"
    )
    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(client.work) for client in (writer, reader, bystander)]
        events = run(orders, plan(ADD, FILL), limits=Limits())
        stop.set()
        for client in working:
            client.result()
    assert isinstance(events[-1], Finished)
    assert len(batches(events)) > 5
    assert any(isinstance(e, Throttled) for e in events), (
        "nobody was in the way of the writer: this shows nothing"
    )
    assert orders.execute("SELECT count(*) FROM public.orders WHERE cents IS NULL") == [(0,)]
    longest = [max(client.seconds) for client in (writer, reader, bystander)]
    print("longest stalls in seconds: writer {:.3f}, reader {:.3f}, bystander {:.3f}".format(*longest))
    assert longest[0] - longest[2] < 0.1
    assert longest[1] - longest[2] < 0.1


def test_a_step_that_changes_role_or_settings_leaves_the_next_as_it_was(orders: Database) -> None:
    orders.execute("CREATE ROLE apply_other; GRANT CREATE ON SCHEMA public TO apply_other")
    try:
        switch = Step(
            "expand",
            "SET ROLE apply_other; CREATE TABLE public.theirs (i int); RESET ROLE; SET work_mem = '1GB';",
            "",
        )
        after = Step(
            "expand", "CREATE TABLE public.ours AS SELECT current_setting('work_mem') AS memory;", ""
        )
        assert isinstance(run(orders, plan(switch, after))[-1], Finished)
        owners = (
            "SELECT tableowner::text FROM pg_tables WHERE tablename IN ('ours', 'theirs') ORDER BY tablename"
        )
        assert orders.execute(owners) == [("postgres",), ("apply_other",)]
        assert orders.execute("SELECT memory FROM public.ours") != [("1GB",)]
    finally:
        orders.execute("DROP OWNED BY apply_other CASCADE; DROP ROLE apply_other")


def test_batches_grow_to_their_time_and_shrink_from_it() -> None:
    pace = Pace(Limits(first_batch=100))
    sizes = []
    for _ in range(30):
        # A server that changes 10,000 keys a second.
        pace.took(pace.size / 10_000, pace.size)
        sizes.append(pace.size)
    assert 2000 <= sizes[-1] <= 5000
    pace.took(4.0, pace.size)
    assert pace.size <= sizes[-1] * 0.5


def test_a_batch_that_was_in_the_way_makes_the_next_ones_short_for_a_while() -> None:
    pace = Pace(Limits(first_batch=3000))
    pace.took(0.3, 3000)
    pace.gave_way()
    for _ in range(3):
        pace.took(pace.size / 10_000, pace.size)
    assert pace.size / 10_000 <= 0.06
    for _ in range(60):
        pace.took(pace.size / 10_000, pace.size)
    assert pace.size / 10_000 >= 0.2


CALM = Strain(standbys=1, lag=0.1, wal=1_000, dead=10, vacuum_at=1000, vacuumed=True)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (CALM, None),
        (replace(CALM, lag=None), None),
        (replace(CALM, lag=30.0), "a replica is 30 s behind"),
        (replace(CALM, dead=2001), "2001 dead rows wait"),
        (replace(CALM, dead=2001, vacuumed=False), None),
        (replace(CALM, wal=300_000_000), "300 MB of log a second"),
    ],
)
def test_what_makes_a_backfill_wait(now: Strain, why: str | None) -> None:
    found = strained(now, (0.0, replace(CALM, wal=0)), 1.0, Limits())
    assert found is None if why is None else found is not None and why in found
