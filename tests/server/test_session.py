"""The safe session on real servers."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.errors import ConnectError, LostConnection, QueryError
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.server.unit import OURS
from tests.databases import Database
from tests.waiting import eventually

SETTINGS = (
    "SELECT current_setting('transaction_read_only'), current_setting('transaction_isolation'),"
    " current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('search_path'),"
    " current_setting('jit')"
)


def runs(database: Database, session: Session) -> bool:
    """Tell whether a session's backend runs a statement now."""
    [row] = database.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND state = 'active'", (session.backend_pid,)
    )
    return row == (1,)


def exists(database: Database, session: Session) -> bool:
    """Tell whether a session's backend still exists."""
    rows = database.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (session.backend_pid,))
    return bool(rows)


def test_a_unit_is_read_only_with_its_own_settings(every_database: Database) -> None:
    session = every_database.session()
    with session.unit(statement_timeout_ms=1234, isolation="REPEATABLE READ") as unit:
        [row] = unit.query(SETTINGS)
    assert row == ("on", "repeatable read", "1234ms", "50ms", "pg_catalog, pg_temp", "off")


def test_nothing_that_a_unit_sets_outlives_it(every_database: Database) -> None:
    session = every_database.session()
    before = every_database.execute(SETTINGS)
    with session.unit() as unit:
        unit.query("SELECT 1")
    assert session._connection.execute(SETTINGS).fetchall() == before


def test_a_unit_as_the_user_leaves_the_search_path_and_the_planner_alone(database: Database) -> None:
    database.execute(f'ALTER DATABASE {database.name} SET search_path = "My schema"')
    database.execute(f"ALTER DATABASE {database.name} SET work_mem = '77MB'")
    with database.session().unit(as_user=True) as unit:
        [row] = unit.query(SETTINGS)
        assert unit.query("SHOW work_mem") == [("77MB",)]
    assert row[0] == "on"
    assert row[3:] == ("50ms", '"My schema"', "on")


def test_writing_is_refused(database: Database) -> None:
    database.execute("CREATE TABLE t (i int)")
    session = database.session()
    with pytest.raises(QueryError) as caught, session.unit() as unit:
        unit.query("INSERT INTO public.t VALUES (1) RETURNING i")
    assert caught.value.sqlstate == "25006"
    assert database.execute("SELECT count(*) FROM t") == [(0,)]


def test_no_unit_waits_for_a_lock(database: Database) -> None:
    database.execute("CREATE TABLE t (i int)")
    holder = database.connect()
    holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    session = database.session()
    with pytest.raises(QueryError) as caught, session.unit() as unit:
        unit.query("SELECT * FROM public.t")
    assert caught.value.sqlstate == "55P03"
    assert caught.value.timed_out
    holder.rollback()
    with session.unit() as unit:
        assert unit.query("SELECT * FROM public.t") == []


def test_a_statement_ends_at_its_timeout(database: Database) -> None:
    session = database.session()
    with pytest.raises(QueryError) as caught, session.unit(statement_timeout_ms=20) as unit:
        unit.query("SELECT pg_sleep(60)")
    assert caught.value.timed_out
    assert not caught.value.cancelled


def test_an_unused_unit_sends_nothing(database: Database) -> None:
    session = database.session()
    with session.unit():
        pass
    [row] = database.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", (session.backend_pid,))
    assert row == ("",)


def test_a_failed_unit_is_rolled_back_and_the_next_one_works(database: Database) -> None:
    session = database.session()
    with pytest.raises(QueryError), session.unit() as unit:
        unit.query("SELECT 1/0")
    with pytest.raises(KeyError), session.unit() as unit:
        os.environ[unit.query("SELECT 'PGPLUMB_ABSENT'")[0][0]]
    with session.unit() as unit:
        assert unit.query("SELECT 1") == [(1,)]
    [row] = database.execute("SELECT state FROM pg_stat_activity WHERE pid = %s", (session.backend_pid,))
    assert row == ("idle",)


def test_an_error_says_where_the_statement_is_wrong(database: Database) -> None:
    with database.session().unit() as unit:
        unit.query("SELECT 1")
        with pytest.raises(QueryError) as caught:
            unit.query("SELECT 'é', nothing_here")
    assert caught.value.sqlstate == "42703"
    assert caught.value.position == 13
    assert "nothing_here" in str(caught.value)


def test_the_first_error_of_a_round_trip_is_the_one_that_is_told(database: Database) -> None:
    session = database.session()
    with pytest.raises(QueryError) as caught, session.unit() as unit:
        unit.results(["SELECT 1", "SELECT 1/0", "SELECT nonsense"])
    assert caught.value.sqlstate == "22012"


def test_a_savepoint_lets_a_statement_fail_alone(database: Database) -> None:
    with database.session().unit() as unit:
        with pytest.raises(QueryError), unit.savepoint():
            unit.query("SELECT 1/0")
        with unit.savepoint():
            assert unit.query("SELECT 2") == [(2,)]
        assert unit.query("SELECT 3") == [(3,)]


def test_statements_of_a_pipeline_come_back_in_order(every_database: Database) -> None:
    with every_database.session().unit() as unit:
        with unit.pipeline() as pipeline:
            first = pipeline.result("SELECT %s::int + 1", (1,))
            second = pipeline.result("SELECT 'b'")
        assert first.rows[0] == (2,)
        assert second.rows[0] == ("b",)


def test_one_statement_in_one_round_trip_is_a_whole_unit(every_database: Database) -> None:
    session = every_database.session()
    [row] = session.once(SETTINGS, statement_timeout_ms=777)
    assert row[0] == "on"
    assert row[2] == "777ms"
    assert session.once("SELECT %(a)s::text", {"a": "x"})[0] == ("x",)
    [state] = every_database.execute(
        "SELECT state FROM pg_stat_activity WHERE pid = %s", (session.backend_pid,)
    )
    assert state == ("idle",)


@pytest.mark.parametrize("binary", [True, False])
def test_a_text_of_several_statements_is_refused_whole(database: Database, binary: bool) -> None:
    database.execute("CREATE TABLE t (i int)")
    session = database.session()
    several = "SELECT 1; COMMIT; DROP TABLE public.t"
    with pytest.raises(QueryError), session.unit() as unit:
        unit.query(several, binary=binary)
    with session.unit() as unit:
        unit.query("SELECT 1")
        with pytest.raises(QueryError):
            unit.query(several, binary=binary)
    with pytest.raises(QueryError), session.unit() as unit:
        unit.simple("EXPLAIN SELECT 1; COMMIT; DROP TABLE public.t")
    assert database.execute("SELECT count(*) FROM t") == [(0,)]


def test_no_statement_stays_prepared_on_the_server(database: Database) -> None:
    session = database.session()
    with session.unit() as unit:
        for i in range(12):
            unit.query("SELECT %s::int", (i,))
        assert unit.query("SELECT count(*) FROM pg_prepared_statements") == [(0,)]


def test_another_thread_can_cancel_what_runs(database: Database) -> None:
    session = database.session()

    def run() -> None:
        with session.unit(statement_timeout_ms=60_000) as unit:
            unit.query("SELECT pg_sleep(60)")

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        assert eventually(lambda: runs(database, session))
        session.cancel()
        with pytest.raises(QueryError) as caught:
            running.result(timeout=30)
    assert caught.value.cancelled
    assert not caught.value.timed_out
    assert session.once("SELECT 1")[0] == (1,)


def test_cancelling_when_nothing_runs_does_no_harm(database: Database) -> None:
    session = database.session()
    session.cancel()
    assert session.once("SELECT 1")[0] == (1,)


def test_a_killed_backend_is_a_lost_connection(every_database: Database) -> None:
    session = every_database.session()
    every_database.execute("SELECT pg_terminate_backend(%s)", (session.backend_pid,))
    with pytest.raises(LostConnection) as caught, session.unit() as unit:
        unit.query("SELECT 1")
    assert session.closed
    assert "\n" not in str(caught.value)


def test_a_backend_killed_in_the_middle_of_a_unit_is_a_lost_connection(database: Database) -> None:
    session = database.session()

    def work() -> None:
        with session.unit() as unit:
            unit.query("SELECT 1")
            database.execute("SELECT pg_terminate_backend(%s)", (session.backend_pid,))
            assert eventually(lambda: not exists(database, session))
            unit.query("SELECT 2")

    with pytest.raises(LostConnection):
        work()
    with pytest.raises(LostConnection), session.unit() as unit:
        unit.query("SELECT 3")


def test_a_server_that_is_gone_is_a_lost_connection_and_then_nobody_to_connect_to() -> None:
    with EmbeddedServer.start() as server:
        target = Target(server.conninfo())
        session = Session.open(target)
        os.kill(server.pid, signal.SIGQUIT)
        assert eventually(lambda: not server.running())
    with pytest.raises(LostConnection):
        session.once("SELECT 1")
    with pytest.raises(ConnectError) as caught:
        Session.open(target)
    assert caught.value.kind == "socket"
    assert caught.value.transient


def test_units_of_two_threads_take_turns(database: Database) -> None:
    session = database.session()
    inside, proceed = threading.Event(), threading.Event()

    def first() -> int:
        with session.unit() as unit:
            unit.query("SELECT 1")
            inside.set()
            assert proceed.wait(30)
            [(transaction,)] = unit.query("SELECT pg_backend_pid()")
            return int(transaction)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert inside.wait(30)
        two = pool.submit(lambda: session.once("SELECT 2")[0])
        assert not two.done()
        proceed.set()
        one.result(timeout=30)
        assert two.result(timeout=30) == (2,)


def test_units_do_not_nest(database: Database) -> None:
    session = database.session()
    with session.unit() as unit:
        unit.query("SELECT 1")
        with pytest.raises(RuntimeError), session.unit():
            pass
        assert unit.query("SELECT 2") == [(2,)]


def test_the_server_knows_us_by_name(database: Database) -> None:
    assert database.session().once("SELECT current_setting('application_name')")[0] == ("pgplumb",)


def test_a_percent_sign_stands_for_itself_without_parameters(database: Database) -> None:
    assert database.session().once("SELECT 'a' LIKE 'a%', 7 % 4")[0] == (True, 3)


def test_our_statements_can_be_told_from_an_applications(every_database: Database) -> None:
    every_database.execute("CREATE EXTENSION pg_stat_statements")
    every_database.execute("SELECT pg_stat_statements_reset()")
    session = every_database.session()
    with session.unit() as unit:
        unit.query("SELECT 1 AS ours WHERE %s", [True])
        unit.results(["SELECT 1, 2 AS ours", "SELECT 1, 2, 3 AS ours"])
    session.once("SELECT 1, 2, 3, 4 AS ours")
    every_database.execute("COMMIT")
    every_database.execute("SELECT 1, 2, 3, 4, 5 AS theirs")
    texts = [
        text
        for (text,) in every_database.execute(
            "SELECT query FROM pg_stat_statements WHERE query ~ 'ours|theirs'"
        )
    ]
    ours = [text for text in texts if text.endswith(OURS)]
    assert len(texts) == 5
    assert len(ours) == 4
    assert all("ours" in text for text in ours)
    shared = every_database.execute("SELECT query FROM pg_stat_statements WHERE query ~* '^(commit|begin)'")
    assert shared
    assert not any(text.endswith(OURS) for (text,) in shared)
