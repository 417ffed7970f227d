"""Locks that are not had at once: who is in the way is named, nobody queues for long, and it is tried again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import (
    Blocked,
    Event,
    Finished,
    GaveUp,
    Reconnected,
    Retrying,
    StepBegan,
    StepDone,
    Stopped,
)
from pgplumb.migrate.apply.guard import take
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.refused import Refused
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.migrate.apply.conftest import QUICK, run
from tests.migrate.apply.plans import ADD, CHECK, FILL, INDEX, WHOLE, plan

OURS = "FROM pg_stat_activity WHERE application_name = 'pgplumb apply' AND datname = current_database()"

SHORT = replace(ADD, lock_timeout="500ms")
"""Long enough for whoever is in the way to be seen on a busy machine."""


def test_a_blocker_is_named_with_what_it_holds_and_waited_out(every_database: Database) -> None:
    every_database.execute("CREATE TABLE public.orders (id bigint PRIMARY KEY, amount int)")
    reader = every_database.connect()
    pid = reader.info.backend_pid
    reader.execute("SELECT * FROM public.orders")

    def watch(event: Event, _: Controls) -> None:
        if isinstance(event, Retrying) and event.attempt == 2:
            reader.rollback()

    events = run(every_database, plan(SHORT), watch)
    assert isinstance(events[-1], Finished)
    blocked = next(e for e in events if isinstance(e, Blocked))
    assert [(b.pid, b.state, b.verb, b.holds) for b in blocked.blockers] == [
        (pid, "idle in transaction", "SELECT", "AccessShareLock on public.orders")
    ]
    retries = [e for e in events if isinstance(e, Retrying)]
    assert [r.attempt for r in retries] == [1, 2]
    assert all(r.blockers[0].pid == pid for r in retries)
    done = next(e for e in events if isinstance(e, StepDone))
    assert done.attempts == 3
    seen = "SELECT blockers -> 0 ->> 'verb' FROM pgplumb.schema_change WHERE state = 'failed'"
    assert every_database.execute(seen) == [("SELECT",), ("SELECT",)]


def test_when_the_attempts_are_used_up_it_stops_or_a_person_keeps_trying(orders: Database) -> None:
    reader = orders.connect()
    reader.execute("SELECT 1 FROM public.orders LIMIT 1")
    limits = replace(QUICK, attempts=2)
    events = run(orders, plan(SHORT), limits=limits)
    assert isinstance(events[-2], GaveUp)
    last = events[-1]
    assert isinstance(last, Stopped)
    assert (last.reason, last.stands, last.go_back) == (
        "blocked",
        "no step is done; nothing of step 1 is done",
        None,
    )

    def keep_trying(event: Event, controls: Controls) -> None:
        if isinstance(event, GaveUp):
            reader.rollback()
            controls.keep_trying(event.step)

    assert isinstance(run(orders, plan(SHORT), keep_trying, resume=True, limits=limits)[-1], Finished)


def test_a_prepared_transaction_in_the_way_is_named() -> None:
    with EmbeddedServer.start(settings={"max_prepared_transactions": "5"}) as server:
        database = Database.create(server, "prepared")
        database.execute("CREATE TABLE public.orders (id int)")
        other = database.connect()
        other.execute("LOCK TABLE public.orders IN SHARE MODE; PREPARE TRANSACTION 'forgotten'")
        other.commit()
        events = run(database, plan(SHORT), limits=replace(QUICK, attempts=1))
        blocked = next(e for e in events if isinstance(e, Blocked))
        assert [(b.pid, b.gid) for b in blocked.blockers] == [(0, "forgotten")]
        database.execute("ROLLBACK PREPARED 'forgotten'")
        database.drop()


def test_a_reader_never_queues_longer_than_the_lock_timeout(orders: Database) -> None:
    holder = orders.connect()
    holder.execute("SELECT 1 FROM public.orders LIMIT 1")
    stop, waits = threading.Event(), []

    def read() -> None:
        reader = orders.connect()
        reader.autocommit = True
        while not stop.is_set():
            start = time.monotonic()
            reader.execute("SELECT 1 FROM public.orders WHERE id = 1")
            waits.append(time.monotonic() - start)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        run(orders, plan(SHORT), limits=replace(QUICK, attempts=3))
        stop.set()
        reading.result()
    assert max(waits) > 0.1, "the reader never stood in the queue: this shows nothing"
    # The holder never lets go: without a timeout the reader would stand there for good.
    assert max(waits) < 0.5 + 1.0


def test_a_second_apply_is_refused_and_names_the_first(orders: Database) -> None:
    other = orders.session()
    assert take(other)
    with pytest.raises(Refused, match=rf"server process {other.backend_pid} \(postgres .*\) holds its guard"):
        run(orders, plan(ADD))
    other.close()
    assert isinstance(run(orders, plan(ADD))[-1], Finished)


def test_the_guard_is_free_after_a_run_and_its_session_sat_in_no_transaction(orders: Database) -> None:
    seen: list[str] = []

    def watch(event: Event, _: Controls) -> None:
        if isinstance(event, StepBegan):
            seen.extend(state for (state,) in orders.execute(f"SELECT state {OURS}"))

    run(orders, plan(ADD, CHECK), watch)
    assert seen == ["idle"] * 4
    assert take(orders.session())


def test_two_connections_are_all_it_takes(orders: Database) -> None:
    most = 0

    def watch(_: Event, __: Controls) -> None:
        nonlocal most
        most = max(most, orders.execute(f"SELECT count(*) {OURS}")[0][0])

    run(orders, WHOLE, watch)
    assert most == 2


@pytest.mark.parametrize("step", [2, 3])
def test_a_terminated_connection_is_made_anew_and_the_step_goes_on(orders: Database, step: int) -> None:
    killed: list[int] = []

    def watch(event: Event, _: Controls) -> None:
        if isinstance(event, StepBegan) and event.step == step and not killed:
            killed.append(event.pid)
            orders.execute(f"SELECT pg_terminate_backend(pid) {OURS}")

    events = run(orders, WHOLE, watch)
    assert isinstance(events[-1], Finished)
    assert any(isinstance(e, Reconnected) for e in events)
    assert orders.execute("SELECT min(touched), max(touched) FROM public.orders") == [(1, 1)]


def test_a_lost_watcher_alone_is_replaced_with_its_guard(orders: Database) -> None:
    guard = (
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    terminated: list[bool] = []

    def watch(event: Event, _: Controls) -> None:
        if isinstance(event, StepDone) and event.step == 1:
            terminated.extend(row[0] for row in orders.execute(guard))

    events = run(orders, plan(ADD, FILL, INDEX), watch)
    assert terminated == [True]
    assert isinstance(events[-1], Finished)
    assert orders.execute("SELECT min(touched), max(touched) FROM public.orders") == [(1, 1)]


def test_a_server_that_does_not_come_back_is_given_up_in_a_stated_state() -> None:
    server = EmbeddedServer.start()
    database = Database.create(server, "gone")
    database.execute("CREATE TABLE public.orders (id int)")

    def watch(event: Event, _: Controls) -> None:
        if isinstance(event, StepDone) and event.step == 1:
            server.stop()

    last = run(database, plan(ADD, CHECK), watch, limits=Limits(reconnect=0.5))[-1]
    assert isinstance(last, Stopped)
    assert last.reason == "lost"
    assert "when last seen" in last.stands
