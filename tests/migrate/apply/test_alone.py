"""Statements outside of transactions: what becomes of them is read from the catalog, what they leave is cleaned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.migrate.apply.controls import Controls
from pgplumb.migrate.apply.events import (
    Blocked,
    Cleaning,
    CleaningFailed,
    Doubtful,
    Event,
    Failed,
    Finished,
    Progress,
    StepBegan,
    StepDone,
    Stopped,
)
from pgplumb.migrate.apply.outcome import facts, judge
from pgplumb.migrate.plan import Step
from tests.databases import Database
from tests.migrate.apply.conftest import run
from tests.migrate.apply.plans import INDEX, plan

BUILD = replace(
    INDEX,
    up="CREATE INDEX CONCURRENTLY orders_amount ON public.orders (amount);",
    down="DROP INDEX CONCURRENTLY public.orders_amount;",
)
UNIQUE = replace(
    BUILD,
    up="CREATE UNIQUE INDEX CONCURRENTLY orders_amount ON public.orders (amount);",
)
INVALID = "SELECT c.relname::text FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE NOT indisvalid"
INDEXES = "SELECT relname::text FROM pg_class WHERE relkind = 'i' AND relname ~ '^orders_' ORDER BY 1"


def forget_the_end(database: Database) -> None:
    """Take the end of the last piece out of the history, as if the program had died before it wrote it."""
    database.execute(
        "DELETE FROM pgplumb.schema_change WHERE state = 'done'"
        " AND id = (SELECT max(id) FROM pgplumb.schema_change WHERE state = 'done')"
    )


def test_a_build_that_fails_leaves_no_invalid_index(every_database: Database) -> None:
    every_database.execute(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, amount int);"
        "INSERT INTO public.orders VALUES (1, 7), (2, 7)"
    )
    events = run(every_database, plan(UNIQUE))
    last = events[-1]
    assert isinstance(last, Failed)
    assert last.sqlstate == "23505"
    assert [e.sql for e in events if isinstance(e, Cleaning)] == [
        "DROP INDEX CONCURRENTLY public.orders_amount"
    ]
    assert every_database.execute(INVALID) == []
    every_database.execute("DELETE FROM public.orders WHERE id = 2")
    assert isinstance(run(every_database, plan(UNIQUE), resume=True)[-1], Finished)


@pytest.mark.parametrize("stays", [False, True])
def test_stopped_in_the_middle_of_a_build_it_is_cleaned_now_or_by_the_next_run(
    orders: Database, stays: bool
) -> None:
    writer = orders.connect()
    writer.execute("UPDATE public.orders SET amount = 1 WHERE id = 1")

    def stop(event: Event, controls: Controls) -> None:
        if isinstance(event, Blocked):
            controls.stop()
        if isinstance(event, Cleaning) and not stays:
            writer.close()

    events = run(orders, plan(BUILD), stop)
    last = events[-1]
    assert isinstance(last, Stopped)
    assert last.reason == "asked"
    assert any(isinstance(e, CleaningFailed) for e in events) is stays
    assert orders.execute(INVALID) == ([("orders_amount",)] if stays else [])
    writer.close()
    assert isinstance(run(orders, plan(BUILD), resume=True)[-1], Finished)
    assert orders.execute(INVALID) == []


def test_an_invalid_index_of_somebody_else_is_never_dropped(orders: Database) -> None:
    orders.execute("INSERT INTO public.orders (id, amount) VALUES (-1, 5)")
    with pytest.raises(Exception, match="could not create unique index"):
        orders.execute("CREATE UNIQUE INDEX CONCURRENTLY orders_amount ON public.orders (amount)")
    events = run(orders, plan(BUILD))
    assert isinstance(events[-1], Failed)
    assert events[-1].sqlstate == "42P07"
    assert not any(isinstance(e, Cleaning) for e in events)
    assert orders.execute(INVALID) == [("orders_amount",)]


def test_if_not_exists_does_not_pass_over_an_invalid_index(orders: Database) -> None:
    with pytest.raises(Exception, match="could not create unique index"):
        orders.execute("CREATE UNIQUE INDEX CONCURRENTLY orders_amount ON public.orders (amount)")
    step = replace(
        BUILD, up="CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_amount ON public.orders (amount);"
    )
    last = run(orders, plan(step))[-1]
    assert isinstance(last, Failed)
    assert "was there before, and is INVALID" in last.why


def test_a_build_whose_end_was_not_written_is_recognised(orders: Database) -> None:
    run(orders, plan(BUILD))
    forget_the_end(orders)
    events = run(orders, plan(BUILD), resume=True)
    done = next(e for e in events if isinstance(e, StepDone))
    assert done.recognised == "index public.orders_amount is there and valid"
    assert not any(isinstance(e, StepBegan) for e in events)


def test_a_drop_whose_end_was_not_written_is_recognised(orders: Database) -> None:
    run(orders, plan(BUILD))
    run(orders, plan(BUILD), direction="down")
    forget_the_end(orders)
    events = run(orders, plan(BUILD), direction="down")
    assert (
        next(e for e in events if isinstance(e, StepDone)).recognised == "index public.orders_amount is gone"
    )
    assert isinstance(events[-1], Finished)


def test_going_back_from_a_build_that_was_never_done_has_nothing_to_drop(orders: Database) -> None:
    run(orders, plan(BUILD))
    forget_the_end(orders)
    orders.execute("DROP INDEX public.orders_amount")
    events = run(orders, plan(BUILD), direction="down")
    assert isinstance(events[-1], Finished)
    assert next(e for e in events if isinstance(e, StepDone)).recognised == "nothing of it was done"


def test_what_nothing_can_prove_stops_and_asks(orders: Database) -> None:
    orders.execute(
        "CREATE PROCEDURE public.work() LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO public.orders VALUES (-5, 0); COMMIT; END $$"
    )
    step = Step("expand", "CALL public.work();", "", autocommit=True)
    run(orders, plan(step))
    forget_the_end(orders)
    events = run(orders, plan(step), resume=True)
    assert isinstance(events[-2], Doubtful)
    last = events[-1]
    assert isinstance(last, Stopped)
    assert last.reason == "doubtful"
    assert "--was-done 1" in last.go_on
    answered = Controls()
    answered.settle(1, "done")
    assert isinstance(run(orders, plan(step), resume=True, controls=answered)[-1], Finished)


def test_only_the_statements_of_a_step_that_are_not_done_run_again(orders: Database) -> None:
    up = (
        "CREATE INDEX CONCURRENTLY orders_a ON public.orders (amount);"
        "CREATE INDEX CONCURRENTLY orders_b ON public.orders (touched);"
        "CREATE UNIQUE INDEX CONCURRENTLY orders_c ON public.orders (amount);"
    )
    down = "".join(f"DROP INDEX CONCURRENTLY public.orders_{name};" for name in "cba")
    step = Step("expand", up, down, autocommit=True, lock_timeout="0")
    first = run(orders, plan(step))
    assert isinstance(first[-1], Failed)
    assert first[-1].stands == "no step is done; of step 1 2 statements are done"
    back = run(orders, plan(step), direction="down")
    assert isinstance(back[-1], Finished)
    assert orders.execute(INDEXES) == [("orders_pkey",)]


def test_the_leftovers_of_a_broken_reindex_are_ours_and_the_rest_is_not(orders: Database) -> None:
    sql = "REINDEX INDEX CONCURRENTLY public.orders_pkey"
    session = orders.session()
    before = facts(session, sql)
    assert judge(session, sql, before).done is False
    orders.execute("CREATE INDEX orders_pkey_ccnew ON public.orders (id)")
    orders.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.orders_pkey_ccnew'::regclass"
    )
    assert judge(session, sql, before).leftovers == ("DROP INDEX CONCURRENTLY public.orders_pkey_ccnew",)
    assert judge(session, sql, facts(session, sql)).leftovers == ()
    orders.execute("DROP INDEX public.orders_pkey_ccnew")
    orders.execute(sql)
    assert judge(session, sql, before).done is True


def test_a_detachment_that_was_interrupted_is_finished(database: Database) -> None:
    database.execute(
        "CREATE TABLE public.events (at int) PARTITION BY RANGE (at);"
        "CREATE TABLE public.events_1 PARTITION OF public.events FOR VALUES FROM (1) TO (9)"
    )
    step = Step(
        "contract",
        "ALTER TABLE public.events DETACH PARTITION public.events_1 CONCURRENTLY;",
        "ALTER TABLE public.events ATTACH PARTITION public.events_1 FOR VALUES FROM (1) TO (9);",
        autocommit=True,
        lock_timeout="0",
    )
    reader = database.connect()
    reader.execute("SELECT * FROM public.events")

    def stop(event: Event, controls: Controls) -> None:
        if isinstance(event, Blocked):
            controls.stop()

    stopped = run(database, plan(step), stop)
    assert isinstance(stopped[-1], Stopped)
    reader.close()
    events = run(database, plan(step), resume=True)
    assert isinstance(events[-1], Finished)
    assert database.execute("SELECT 1 FROM pg_inherits") == []


def test_a_build_tells_how_far_it_is(orders: Database) -> None:
    writer = orders.connect()
    writer.execute("UPDATE public.orders SET amount = 1 WHERE id = 1")
    orders.execute("INSERT INTO public.orders SELECT i, 1 FROM generate_series(100001, 600000) i")
    seen: list[Event] = []

    def watch(event: Event, _: Controls) -> None:
        seen.append(event)
        if isinstance(event, Blocked) and not writer.closed:
            writer.close()

    run(orders, plan(BUILD), watch)
    phases = {e.phase for e in seen if isinstance(e, Progress)}
    assert any(isinstance(e, Blocked) for e in seen)
    assert any(phase.startswith("building index") for phase in phases), phases
    assert any(e.ratio is not None for e in seen if isinstance(e, Progress))
