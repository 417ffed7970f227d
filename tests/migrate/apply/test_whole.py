"""A plan from its first step to its last and back, on every major version."""

from __future__ import annotations

import pytest

from pgplumb.migrate.apply.events import Failed, Finished, GateReached, StepDone, Stopped
from pgplumb.migrate.apply.refused import Refused
from pgplumb.migrate.plan import Step
from pgplumb.server.errors import QueryError
from tests.databases import Database
from tests.migrate.apply.conftest import run
from tests.migrate.apply.plans import ADD, CHECK, FILL, ROWS, TABLE, WHOLE, plan

STATES = "SELECT step, direction, state FROM pgplumb.schema_change WHERE step > 0 ORDER BY id"


def test_every_kind_of_step_up_and_down_and_up_again(every_database: Database) -> None:
    every_database.execute(TABLE)
    columns = (
        "SELECT attname::text FROM pg_attribute WHERE attrelid = 'public.orders'::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY 1"
    )
    before = every_database.execute(columns)
    for turn in (1, 2):
        up = run(every_database, WHOLE)
        assert isinstance(up[-1], Finished)
        assert [e.step for e in up if isinstance(e, StepDone)] == [1, 2, 3, 4, 5, 6]
        touched = "SELECT min(touched), max(touched), count(*) FILTER (WHERE amount = whole * 100) FROM public.orders"
        assert every_database.execute(touched) == [(turn, turn, ROWS)]
        down = run(every_database, WHOLE, direction="down")
        assert isinstance(down[-1], Finished)
        assert [e.step for e in down if isinstance(e, StepDone)] == [6, 5, 4, 3, 2, 1]
        assert every_database.execute(columns) == before


def test_the_history_has_two_rows_a_step_and_the_locks_that_were_held(orders: Database) -> None:
    run(orders, plan(ADD, FILL))
    assert orders.execute(STATES) == [
        (1, "up", "began"),
        (1, "up", "done"),
        (2, "up", "began"),
        (2, "up", "done"),
    ]
    locks = orders.execute("SELECT locks FROM pgplumb.schema_change WHERE step = 1 AND state = 'done'")
    assert locks == [([{"object": "public.orders", "mode": "AccessExclusiveLock"}],)]
    nameless = "SELECT 1 FROM pgplumb.schema_change WHERE state = 'began' AND num_nulls(backend_pid, backend_start) > 0"
    assert orders.execute(nameless) == []


def test_not_even_its_owner_may_change_the_history(orders: Database) -> None:
    orders.execute(
        "CREATE ROLE apply_owner LOGIN; GRANT CREATE ON DATABASE " + orders.name + " TO apply_owner"
    )
    orders.execute(
        "ALTER TABLE public.orders OWNER TO apply_owner; GRANT ALL ON SCHEMA public TO apply_owner"
    )
    try:
        assert isinstance(run(orders, plan(ADD), user="apply_owner")[-1], Finished)
        owner = orders.connect("apply_owner")
        with pytest.raises(Exception, match="permission denied"):
            owner.execute("DELETE FROM pgplumb.schema_change")
    finally:
        orders.execute("DROP OWNED BY apply_owner CASCADE; DROP ROLE apply_owner")


def test_a_failing_statement_leaves_nothing_of_its_step_and_names_itself(orders: Database) -> None:
    bad = Step(
        "expand",
        "ALTER TABLE public.orders ADD COLUMN b int; ALTER TABLE public.orders ADD COLUMN id int;",
        "",
    )
    last = run(orders, plan(ADD, bad))[-1]
    assert isinstance(last, Failed)
    assert (last.step, last.sqlstate, last.stands) == (
        2,
        "42701",
        "step 1 of 2 is done; nothing of step 2 is done",
    )
    assert last.sql == "ALTER TABLE public.orders ADD COLUMN id int"
    found = orders.execute(
        "SELECT 1 FROM pg_attribute WHERE attrelid = 'public.orders'::regclass AND attname = 'b'"
    )
    assert found == []


def test_a_gate_stops_before_its_step_until_somebody_passes_it(orders: Database) -> None:
    gated = plan(ADD, Step("switch", CHECK.up, CHECK.down, gate="deploy code that writes cents"))
    first = run(orders, gated)
    assert isinstance(first[-2], GateReached)
    assert isinstance(first[-1], Stopped)
    assert (first[-1].reason, first[-1].stands) == ("gate", "step 1 of 2 is done")
    assert first[-1].go_on.endswith("--gate-passed 2")
    second = run(
        orders, gated, lambda e, c: c.pass_gate(2) if isinstance(e, GateReached) else None, resume=True
    )
    assert isinstance(second[-1], Finished)


def test_a_plan_that_was_begun_is_not_begun_again_unasked(orders: Database) -> None:
    gated = plan(ADD, Step("switch", CHECK.up, CHECK.down, gate="deploy"))
    run(orders, gated)
    with pytest.raises(Refused, match="is begun here already: step 1 of 2 is done"):
        run(orders, gated)


def test_a_changed_plan_does_not_go_on_and_says_what_differs(orders: Database) -> None:
    run(orders, plan(ADD, Step("switch", CHECK.up, CHECK.down, gate="deploy")))
    other = plan(ADD, Step("switch", CHECK.up.replace("cents_set", "other"), CHECK.down, gate="deploy"))
    with pytest.raises(Refused, match="step 2 differs in up"):
        run(orders, other, resume=True)


def test_a_changed_remark_is_no_changed_plan(orders: Database) -> None:
    run(orders, plan(ADD, Step("switch", CHECK.up, CHECK.down, gate="deploy")))
    same = plan(ADD, Step("switch", CHECK.up + "\n", CHECK.down, gate="deploy", about="a new remark"))
    last = run(
        orders, same, lambda e, c: c.pass_gate(2) if isinstance(e, GateReached) else None, resume=True
    )[-1]
    assert isinstance(last, Finished)


def test_a_step_without_a_way_back_is_refused_before_anything_is_taken_back(orders: Database) -> None:
    stuck = plan(Step("expand", ADD.up, None), CHECK)
    run(orders, stuck)
    with pytest.raises(Refused, match="step 1 cannot be taken back"):
        run(orders, stuck, direction="down")
    assert orders.execute("SELECT 1 FROM pg_constraint WHERE conname = 'cents_set'") == [(1,)]


def test_passwords_do_not_reach_the_history(orders: Database) -> None:
    secret = Step("expand", "CREATE ROLE apply_secret PASSWORD 'hunter2';", "DROP ROLE apply_secret;")
    run(orders, plan(secret))
    run(orders, plan(secret), direction="down")
    assert orders.execute("SELECT 1 FROM pgplumb.schema_change s WHERE s::text LIKE '%hunter2%'") == []


def test_a_role_that_may_not_record_changes_nothing(orders: Database) -> None:
    orders.execute("CREATE ROLE apply_guest LOGIN")
    try:
        with pytest.raises(QueryError) as caught:
            run(orders, plan(ADD), user="apply_guest")
        assert caught.value.permission_denied
    finally:
        orders.execute("DROP ROLE apply_guest")
