"""Scripts in the cage: run, undone, refused or failed, each said plainly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pgplumb.twin.answers import Answer, Failed, Notice, Ran, Refused, Stopped
from pgplumb.twin.session import CagedSession
from pgplumb.twin.wire import ROWS_KEPT
from tests.conftest import each_major, majors
from tests.twin.caged import Caged


@pytest.fixture(scope="module", params=each_major())
def caged(request: pytest.FixtureRequest) -> Iterator[Caged]:
    caged = Caged(majors()[request.param])
    yield caged
    caged.stop()


@pytest.fixture
def session(caged: Caged) -> Iterator[CagedSession]:
    with caged.session() as session:
        yield session


def rows(answer: Answer) -> list[tuple[str | None, ...]]:
    """Return the rows of the last statement."""
    assert isinstance(answer, Ran), answer
    return list(answer.outcomes[-1].rows)


def test_every_statement_says_what_it_did(session: CagedSession) -> None:
    answer = session.run("CREATE TABLE t (i int, x text); INSERT INTO t VALUES (1, NULL), (2, 'é'); TABLE t")
    assert isinstance(answer, Ran)
    assert [outcome.tag for outcome in answer.outcomes] == ["CREATE TABLE", "INSERT 0 2", "SELECT 2"]
    assert answer.outcomes[-1].columns == ("i", "x")
    assert answer.outcomes[-1].rows == (("1", None), ("2", "é"))
    assert answer.seconds >= sum(outcome.seconds for outcome in answer.outcomes) > 0


def test_what_ran_is_undone(session: CagedSession) -> None:
    assert isinstance(session.run("CREATE SCHEMA gone; CREATE TABLE gone.t (i int)"), Ran)
    assert rows(session.run("SELECT to_regclass('gone.t')")) == [(None,)]


def test_nothing_of_a_session_is_left_for_the_next_run(session: CagedSession) -> None:
    session.run(
        "SET work_mem = '9MB'; SET ROLE shop_owner; SELECT pg_advisory_lock(4711); PREPARE p AS SELECT 1;"
        " CREATE TEMP TABLE t (i int); SELECT set_config('app.name', 'x', false); LISTEN news"
    )
    looked = session.run(
        "SELECT current_setting('work_mem'), current_user, (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),"
        " (SELECT count(*) FROM pg_prepared_statements), to_regclass('pg_temp.t'),"
        " nullif(current_setting('app.name', true), '')"
    )
    assert rows(looked) == [("4MB", "pgplumb_cage", "0", "0", None, None)]


def test_an_error_has_its_place_in_the_whole_script(session: CagedSession) -> None:
    script = "-- é\nSELECT 1;\nSELECT\n  missing"
    answer = session.run(script)
    assert isinstance(answer, Failed)
    assert (answer.sqlstate, answer.statement) == ("42703", 1)
    assert answer.position is not None
    assert script[answer.position - 1 :] == "missing"
    assert [outcome.tag for outcome in answer.outcomes] == ["SELECT 1"]
    assert isinstance(session.run("SELECT 1"), Ran)


def test_an_error_keeps_the_servers_words(session: CagedSession) -> None:
    answer = session.run("CREATE TABLE a (i int PRIMARY KEY); INSERT INTO a VALUES (7), (7)")
    assert isinstance(answer, Failed)
    assert answer.message == 'duplicate key value violates unique constraint "a_pkey"'
    assert answer.detail == "Key (i)=(7) already exists."
    assert answer.position is None


def test_deferred_constraints_are_checked_before_the_end(session: CagedSession) -> None:
    answer = session.run(
        "CREATE TABLE a (i int PRIMARY KEY);"
        " CREATE TABLE b (i int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO b VALUES (1)"
    )
    assert isinstance(answer, Failed)
    assert (answer.sqlstate, answer.statement) == ("23503", 3)


def test_notices_are_kept_up_to_a_number(session: CagedSession) -> None:
    answer = session.run("DO $$ BEGIN FOR i IN 1..5000 LOOP RAISE NOTICE 'n %', i; END LOOP; END $$")
    assert isinstance(answer, Ran)
    assert answer.notices[0] == Notice("NOTICE", "n 1", "00000")
    assert len(answer.notices) == 200
    again = session.run("SELECT 1")
    assert isinstance(again, Ran)
    assert again.notices == ()


def test_long_answers_are_counted_and_not_kept(session: CagedSession) -> None:
    answer = session.run("SELECT repeat('x', 100000) FROM generate_series(1, 3000)")
    assert isinstance(answer, Ran)
    [outcome] = answer.outcomes
    assert (outcome.row_count, len(outcome.rows), len(outcome.rows[0][0] or "")) == (3000, ROWS_KEPT, 10000)


def test_it_runs_as_any_role_that_the_cage_may_become(session: CagedSession) -> None:
    assert rows(session.run("SELECT current_user", role="shop_owner")) == [("shop_owner",)]
    refused = session.run("SELECT current_user", role="pgplumb_builder")
    assert isinstance(refused, Failed)
    assert refused.sqlstate == "42501"


def test_settings_hold_for_the_run(session: CagedSession) -> None:
    settings = {"search_path": "pg_catalog", "lock_timeout": "7s"}
    shown = "SELECT current_setting('search_path'), current_setting('lock_timeout')"
    assert rows(session.run(shown, settings=settings)) == [("pg_catalog", "7s")]
    assert rows(session.run(shown)) == [('"$user", public', "5s")]


def test_rows_for_copy_come_from_the_script(session: CagedSession) -> None:
    script = (
        "CREATE TABLE t (i int, x text);\nCOPY t FROM STDIN;\n1\tone\n2\t\\N\n\\.\nTABLE t;\nCOPY t TO STDOUT"
    )
    answer = session.run(script)
    assert isinstance(answer, Ran)
    assert answer.outcomes[2].rows == (("1", "one"), ("2", None))
    assert answer.outcomes[3].tag == "COPY 2"


def test_much_data_goes_through_copy(session: CagedSession) -> None:
    script = (
        "CREATE TABLE t (x text);\nCOPY t FROM STDIN;\n"
        + f"{'x' * 999}\n" * 2000
        + "\\.\nSELECT count(*) FROM t"
    )
    assert rows(session.run(script)) == [("2000",)]


def test_wrong_rows_are_an_ordinary_error(session: CagedSession) -> None:
    answer = session.run("CREATE TABLE t (i int);\nCOPY t FROM STDIN;\none\n\\.\n")
    assert isinstance(answer, Failed)
    assert answer.sqlstate == "22P02"
    assert isinstance(session.run("SELECT 1"), Ran)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("BEGIN", "BEGIN"),
        ("START TRANSACTION", "START TRANSACTION"),
        ("COMMIT", "COMMIT"),
        ("END", "COMMIT"),
        ("COMMIT AND CHAIN", "COMMIT"),
        ("ROLLBACK", "ROLLBACK"),
        ("ABORT", "ROLLBACK"),
        ("SAVEPOINT s", "SAVEPOINT"),
        ("RELEASE s", "RELEASE SAVEPOINT"),
        ("ROLLBACK TO s", "ROLLBACK TO SAVEPOINT"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"),
        ("COMMIT PREPARED 'x'", "COMMIT PREPARED"),
        ("SET TRANSACTION READ ONLY", "SET TRANSACTION"),
        ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET SESSION CHARACTERISTICS"),
        ("SET SESSION AUTHORIZATION postgres", "SET SESSION AUTHORIZATION"),
        ("COPY pg_class TO PROGRAM 'id'", "COPY PROGRAM"),
        ("COPY pg_class TO '/tmp/x'", "COPY with a file"),
        ("LOAD 'x'", "LOAD"),
        ("CREATE EXTENSION dblink", "CREATE EXTENSION dblink"),
        ("CREATE LANGUAGE plpython3u", "CREATE EXTENSION plpython3u"),
        ("CREATE SERVER s FOREIGN DATA WRAPPER w", "CREATE SERVER"),
        ("CREATE FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER"),
        ("CREATE USER MAPPING FOR public SERVER s", "CREATE USER MAPPING"),
        ("IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b", "IMPORT FOREIGN SCHEMA"),
        ("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "CREATE SUBSCRIPTION"),
        ("ALTER SYSTEM SET work_mem = '1GB'", "ALTER SYSTEM"),
        ("CREATE DATABASE d", "CREATE DATABASE"),
        ("CREATE TABLESPACE s LOCATION '/tmp'", "CREATE TABLESPACE"),
        ("DO LANGUAGE plpython3u 'import os'", "a function in plpython3u"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'", "a function in c"),
        ("ALTER ROLE pgplumb_cage SET work_mem = '1GB'", "ALTER ROLE of the twin's own role"),
        ("ALTER ROLE CURRENT_USER SET search_path = x", "ALTER ROLE of the twin's own role"),
    ],
)
def test_what_has_no_place_in_the_twin_is_refused_with_its_reason(
    statement: str, what: str, session: CagedSession
) -> None:
    script = f"CREATE TABLE t (i int);\n  {statement}"
    for answer in (session.run(script), session.run_autocommit(script)):
        assert isinstance(answer, Refused)
        assert answer.what == f"{what} is refused"
        assert answer.why
        assert answer.next_step.endswith(".")
        assert (answer.statement, answer.position) == (1, script.index(statement) + 1)
    # Nothing of the script was sent, the statement before the refused one neither.
    assert rows(session.run("SELECT to_regclass('public.t')")) == [(None,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE shop_owner; RESET ROLE",
        "LISTEN news; NOTIFY news; UNLISTEN news",
        "CREATE PUBLICATION p",
        "CREATE EXTENSION pg_trgm",
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT pg_temp.f()",
        "EXPLAIN (ANALYZE) SELECT 1",
        "DECLARE c CURSOR FOR SELECT 1; FETCH c; CLOSE c",
        "ANALYZE",
        "SET LOCAL lock_timeout = '1s'",
        "CREATE TEMP TABLE t (i int); LOCK TABLE t",
        "",
        "-- nothing but words\n",
    ],
)
def test_what_does_no_harm_runs(statement: str, session: CagedSession) -> None:
    assert isinstance(session.run(statement), Ran)


def test_what_cannot_be_read_is_refused_with_its_place(session: CagedSession) -> None:
    answer = session.run("SELECT 1;\nSELECT 1 FORM t")
    assert isinstance(answer, Refused)
    assert answer.why == 'syntax error at or near "t" (line 2, column 15)'
    assert (answer.statement, answer.position) == (1, 25)


def test_commit_inside_of_code_is_the_servers_to_refuse(session: CagedSession) -> None:
    procedure = "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE kept (i int); COMMIT; END $$; CALL p()"
    for script in ("DO $$ BEGIN CREATE TABLE kept (i int); COMMIT; END $$", procedure):
        answer = session.run(script)
        assert isinstance(answer, Failed)
        assert answer.sqlstate == "2D000"
    assert rows(session.run("SELECT to_regclass('public.kept')")) == [(None,)]


def test_text_that_server_and_parser_read_differently_ends_no_transaction(session: CagedSession) -> None:
    # With standard_conforming_strings off, the backslash hides a quote: what is one string to the parser is a
    # string, a COMMIT and a comment to the server.
    script = "CREATE TABLE kept (i int); SET standard_conforming_strings = off; SELECT 'a\\', '; COMMIT; --'"
    answer = session.run(script)
    assert isinstance(answer, Failed)
    assert answer.sqlstate == "42601"
    assert rows(session.run("SELECT to_regclass('public.kept')")) == [(None,)]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("VACUUM t", "VACUUM"),
        ("CREATE INDEX CONCURRENTLY i ON t (i)", "CREATE INDEX CONCURRENTLY"),
        ("DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY"),
        ("REINDEX TABLE CONCURRENTLY t", "REINDEX CONCURRENTLY"),
        ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "DETACH PARTITION CONCURRENTLY"),
    ],
)
def test_what_runs_outside_of_transactions_only_is_sent_there(
    statement: str, what: str, session: CagedSession
) -> None:
    answer = session.run(statement)
    assert isinstance(answer, Refused)
    assert answer.what == f"{what} is refused here"
    assert answer.next_step == "Rehearse it as a statement of its own, outside of a transaction."


def test_statements_outside_of_transactions_stay(session: CagedSession) -> None:
    made = session.run_autocommit(
        "CREATE TABLE stays (i int); CREATE INDEX CONCURRENTLY stays_i ON stays (i); VACUUM stays"
    )
    assert isinstance(made, Ran)
    assert made.notices == ()
    assert rows(session.run("SELECT to_regclass('public.stays_i')")) == [("stays_i",)]
    assert isinstance(session.run_autocommit("DROP TABLE stays"), Ran)


def test_a_lost_connection_is_said_and_replaced(caged: Caged, session: CagedSession) -> None:
    [(pid,)] = rows(session.run("SELECT pg_backend_pid()"))
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(session.run("SELECT pg_sleep(60)")))
    thread.start()
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    while caged.builder.execute(asleep).fetchone() == (0,):
        assert thread.is_alive()
    caged.builder.execute(f"SELECT pg_terminate_backend({pid})".encode())
    thread.join(20)
    [answer] = answers
    assert isinstance(answer, Stopped)
    assert answer.why.startswith("the twin's server ended the connection: ")
    assert replace(answer, why="") == Stopped("")
    assert isinstance(session.run("SELECT 1"), Ran)
