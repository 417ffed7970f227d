"""What runs for ever, fills the disk or takes all memory in the twin, and how it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.server.embedded import Limits
from pgplumb.server.errors import QueryError
from pgplumb.twin.answers import Answer, Failed, Ran, Stopped
from pgplumb.twin.room import Room
from pgplumb.twin.session import CagedSession, guarded, planning_session, watched
from tests.conftest import majors
from tests.twin.caged import SHAPE, Caged
from tests.waiting import eventually

MB = 1024**2

WITHOUT_END = """
DO $$ BEGIN
  PERFORM set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false);
  LOOP
    BEGIN
      LOOP END LOOP;
    EXCEPTION WHEN query_canceled THEN NULL;
    END;
  END LOOP;
END $$
"""
"""Sets every timeout away and catches every cancel."""

ROWS = "SELECT repeat('x', 2000) || i AS x FROM generate_series(1, 1000000) i"
FILLING = {
    "table": f"CREATE TABLE filling AS {ROWS}",
    "temporary-table": f"CREATE TEMP TABLE filling AS {ROWS}",
    "large-objects": "SELECT lo_from_bytea(0, decode(repeat(md5(i::text), 30000), 'hex'))"
    " FROM generate_series(1, 5000) i",
    "temporary-files": "SET work_mem = '64kB'; SELECT count(*) FROM"
    " (SELECT md5(i::text) || repeat('x', 500) FROM generate_series(1, 2000000) i ORDER BY 1) t",
}
WAL = "SELECT count(pg_logical_emit_message(false, 'x', repeat('x', 1000000))) FROM generate_series(1, 5000)"


@pytest.fixture(scope="module")
def caged() -> Iterator[Caged]:
    caged = Caged(next(iter(majors().values())), Limits(address_space=700 * MB))
    yield caged
    caged.stop()


@pytest.fixture
def session(caged: Caged) -> Iterator[CagedSession]:
    with caged.session() as session:
        yield session


def disk(caged: Caged) -> int:
    row = caged.builder.execute("SELECT oid::int8 FROM pg_database WHERE datname = %s", [SHAPE]).fetchone()
    assert row is not None
    return Room(caged.server.data_directory, row[0]).used(0)


def test_a_loop_that_sets_timeouts_away_and_catches_cancels_is_ended(session: CagedSession) -> None:
    answer = session.run(WITHOUT_END, seconds=0.2)
    assert answer == Stopped("it ran longer than 0.2 s")
    assert isinstance(session.run("SELECT 1"), Ran)


def test_a_mere_cancel_leaves_the_connection(caged: Caged, session: CagedSession) -> None:
    pid = "SELECT pg_backend_pid()"
    first = session.run(pid)
    assert isinstance(session.run("SELECT pg_sleep(60)", seconds=0.1), Stopped)
    second = session.run(pid)
    assert isinstance(first, Ran)
    assert isinstance(second, Ran)
    assert first.outcomes[0].rows == second.outcomes[0].rows


def test_statements_that_are_short_one_by_one_have_a_deadline_together(session: CagedSession) -> None:
    script = "SELECT pg_sleep(0.05);" * 100
    answer = session.run(script, seconds=0.3)
    assert isinstance(answer, Stopped)
    assert 2 <= answer.statement <= 8


def test_a_backend_that_hears_nothing_is_killed_and_the_server_recovers(
    caged: Caged, session: CagedSession
) -> None:
    first = session.run("SELECT pg_backend_pid()")
    assert isinstance(first, Ran)
    pid = int(first.outcomes[0].rows[0][0] or 0)
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(session.run("SELECT pg_sleep(60)", seconds=0.3)))
    thread.start()
    os.kill(pid, signal.SIGSTOP)
    thread.join(30)
    assert answers == [Stopped("it ran longer than 0.3 s")]
    assert eventually(lambda: isinstance(session.run("SELECT 1"), Ran))
    caged.builder.close()
    caged.builder = caged.building("postgres")


@pytest.mark.parametrize("way", FILLING)
def test_the_disk_is_not_filled(way: str, caged: Caged) -> None:
    assert_stopped_in_time(FILLING[way], caged)


def test_the_disk_is_not_filled_by_wal() -> None:
    # A server of its own: one that has written much keeps the files and fills those first.
    caged = Caged(next(iter(majors().values())), Limits(address_space=700 * MB))
    try:
        assert_stopped_in_time(WAL, caged)
    finally:
        caged.stop()


def assert_stopped_in_time(script: str, caged: Caged) -> None:
    before = disk(caged)
    with caged.session(disk=40 * MB) as session:
        answer = session.run(script)
    assert isinstance(answer, Stopped)
    assert "it filled the disk" in answer.why
    assert "40 MB are allowed" in answer.why
    # What was made is gone; of WAL the server keeps some files to use again.
    assert eventually(lambda: disk(caged) < before + 200 * MB)


def test_temporary_files_have_a_limit_of_the_servers_own(caged: Caged) -> None:
    with caged.straight() as connection:
        row = connection.execute("SHOW temp_file_limit").fetchone()
        assert row == ("1GB",)
        for statement in ("SET temp_file_limit = -1", "SELECT set_config('temp_file_limit', '-1', false)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


@pytest.mark.parametrize(
    "greedy",
    [
        "SELECT array_agg(x) FROM (SELECT repeat('x', 1000000) FROM generate_series(1, 100000)) t (x)",
        "SELECT length(string_agg(x, '')) FROM (SELECT repeat('x', 1000000) FROM generate_series(1, 100000)) t (x)",
        "DO $$ DECLARE a text[]; BEGIN LOOP a := a || repeat('x', 10000000); END LOOP; END $$",
        "SET work_mem = '1TB'; SELECT count(*) FROM (SELECT DISTINCT repeat(i::text, 300)"
        " FROM generate_series(1, 10000000) i) t",
    ],
)
def test_memory_that_runs_out_is_an_ordinary_error(greedy: str, caged: Caged, session: CagedSession) -> None:
    answer = session.run(greedy)
    assert isinstance(answer, Failed)
    assert answer.sqlstate in ("53200", "54000"), answer
    assert isinstance(session.run("SELECT 1"), Ran)
    assert caged.builder.execute("SELECT 1").fetchone() == (1,)


def test_the_kernel_holds_every_process_of_the_server(caged: Caged) -> None:
    for pid in (caged.server.pid, caged.builder.info.backend_pid):
        with open(f"/proc/{pid}/limits") as limits:
            lines = {line[:26].strip(): line[26:].split()[:2] for line in limits}
        assert lines["Max address space"] == [str(700 * MB)] * 2
        assert lines["Max file size"] == [str(1024 * MB)] * 2
        assert lines["Max core file size"] == ["0", "0"]
        with open(f"/proc/{pid}/oom_score_adj") as score:
            assert score.read().strip() == "1000"


def test_planning_that_does_not_end_is_ended(caged: Caged) -> None:
    with caged.building() as connection:
        connection.execute("CREATE SCHEMA endless AUTHORIZATION shop_owner")
        body = WITHOUT_END[WITHOUT_END.index("BEGIN") : WITHOUT_END.rindex("$$")]
        connection.execute(
            f"CREATE FUNCTION endless.f() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $f$ {body} $f$".encode()
        )
        connection.execute("ALTER FUNCTION endless.f() OWNER TO shop_owner")
    with planning_session(caged.server, SHAPE, seconds=0.2) as session:
        message = r"twin stopped the planning: it ran longer than 0\.2 s"
        with pytest.raises(QueryError, match=message), session.unit(as_user=True) as unit:
            unit.query("EXPLAIN SELECT endless.f()")
        assert session.closed


def test_a_guarded_block_has_a_deadline_of_its_own(caged: Caged) -> None:
    with planning_session(caged.server, SHAPE) as session:
        with (
            pytest.raises(QueryError, match=r"it ran longer than 0\.2 s"),
            guarded(session, 0.2),
            session.unit(statement_timeout_ms=0) as unit,
        ):
            unit.query("SELECT pg_sleep(60)")
        with guarded(session, 30), session.unit() as unit:
            assert unit.query("SELECT current_user::text") == [("pgplumb_cage",)]


def test_an_ordinary_error_in_a_watched_unit_stays_one(caged: Caged) -> None:
    with planning_session(caged.server, SHAPE) as session:
        with pytest.raises(QueryError) as refused, session.unit() as unit:
            unit.query("CREATE TABLE t (i int)")
        assert refused.value.sqlstate == "25006"


def test_an_ordinary_connection_can_be_watched(caged: Caged) -> None:
    with caged.straight() as connection, watched(caged.server, connection, 0.1) as watch:
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(60)")
        assert watch.why == "it ran longer than 0.1 s"


def test_the_watch_ends_with_what_is_watched(caged: Caged, session: CagedSession) -> None:
    assert isinstance(session.run("SELECT 1", seconds=0.2), Ran)
    with caged.straight() as connection:
        assert connection.execute("SELECT pg_sleep(0.5)").fetchone() is not None
    assert eventually(lambda: not any(t.name == "twin watchdog" for t in threading.enumerate()))


def test_nothing_of_a_strangers_text_is_logged(caged: Caged, session: CagedSession) -> None:
    needle = "plumb-needle-7319"
    session.run(f"DO $$ BEGIN RAISE LOG '{needle}'; RAISE WARNING '{needle}'; END $$")
    session.run(f"SELECT '{needle}'::int")
    session.run(
        f"PREPARE p AS SELECT array_agg(repeat('{needle}', 100000)) FROM generate_series(1, 10000); EXECUTE p"
    )
    assert not (caged.server.root / "log").exists()
    outside = [path for path in caged.server.root.rglob("*") if path.is_file() and "pg_wal" not in path.parts]
    assert not [path for path in outside if needle.encode() in path.read_bytes()]
