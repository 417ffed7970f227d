"""pg_stat_statements: there, missing, unreadable, reset, and what ran in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import pstdev

import psycopg
import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.workload.statements import Statement, Statements, StatementsUnread, delta, interval_stddev
from pgplumb.workload.statements_reader import COUNTERS, counters, read_statements, read_texts
from tests.conftest import each_major, majors
from tests.databases import Database

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(database: Database, user: str = "postgres", texts: int = 50) -> Statements:
    found = attempt(database, user, texts)
    assert isinstance(found, Statements), found
    return found


def attempt(database: Database, user: str = "postgres", texts: int = 50) -> Statements | Unread:
    with database.session(user).unit() as unit:
        return read_statements(unit, texts)


def called(statements: Statements, text: str) -> Statement:
    return next(e for e in statements.entries if e.query and text in e.query)


@pytest.fixture
def counting(every_database: Database) -> Database:
    """A database with the extension, in a schema that needs quotes and that no search_path has."""
    every_database.execute('CREATE SCHEMA "Ext"; CREATE EXTENSION pg_stat_statements SCHEMA "Ext"')
    # One text of another test that is not UTF-8 would take all texts away.
    every_database.execute('SELECT "Ext".pg_stat_statements_reset()')
    return every_database


def test_a_statement_is_counted_with_its_text(counting: Database) -> None:
    counting.execute("CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 10)")
    for _ in range(3):
        counting.execute("SELECT * FROM t WHERE a > 7")
    found = called(read(counting), "SELECT * FROM t WHERE a")
    assert found.query == "SELECT * FROM t WHERE a > $1"
    assert (found.calls, found.rows, found.rows_per_call) == (3, 9, 3.0)
    assert found.role == "postgres"
    assert found.total_ms > 0
    assert found.mean_ms == pytest.approx(found.total_ms / 3)
    assert found.min_ms is not None
    assert found.max_ms is not None
    assert found.min_ms <= found.mean_ms <= found.max_ms
    assert found.shared_hit > 0


def test_every_column_that_this_extension_has_is_read(counting: Database) -> None:
    counting.execute("CREATE TABLE t AS SELECT 1 AS a")
    found = called(read(counting), "CREATE TABLE t AS")
    assert found.wal_bytes is not None
    assert found.wal_bytes > 0
    assert found.read_ms is not None
    version = counting.execute("SELECT extversion FROM pg_extension WHERE extname = 'pg_stat_statements'")[0][
        0
    ]
    minor = int(version.split(".")[1])
    assert (found.jit_ms is not None) is (minor >= 10)
    assert (found.since is not None) is (minor >= 11)


def test_columns_follow_the_extension_and_not_the_server(every_database: Database) -> None:
    versions = every_database.execute(
        "SELECT version FROM pg_available_extension_versions WHERE name = 'pg_stat_statements'"
    )
    minors = sorted(int(version.split(".")[1]) for (version,) in versions)
    assert minors[0] < 8
    for minor in minors:
        every_database.execute(f"CREATE EXTENSION pg_stat_statements VERSION '1.{minor}'")
        every_database.execute("SELECT 'of an extension that was never updated'::text AS kept")
        statements = read(every_database)
        found = called(statements, "AS kept")
        assert found.calls == minors.index(minor) + 1
        assert found.total_ms > 0
        assert (found.wal_bytes is None) is (minor < 8)
        assert (found.jit_ms is None) is (minor < 10)
        assert (found.since is None) is (minor < 11)
        assert (statements.evictions is None) is (minor < 9)
        every_database.execute("DROP EXTENSION pg_stat_statements")


def test_spellings_of_columns_before_1_8_are_known() -> None:
    old = ["calls", "total_time", "mean_time", "min_time", "max_time", "stddev_time", "rows", "blk_read_time"]
    found = counters(old)
    assert len(found) == len(COUNTERS)
    assert "(total_time)::float8" in found
    assert "(blk_read_time)::float8" in found
    assert "(true)::bool" in found


def test_other_databases_are_left_out_unless_asked_for(
    counting: Database, every_server: EmbeddedServer
) -> None:
    other = Database.create(every_server, f"{counting.name}_other")
    try:
        other.execute("SELECT 1 AS elsewhere")
        assert not any("elsewhere" in (e.query or "") for e in read(counting, texts=5000).entries)
        with counting.session().unit() as unit:
            everything = read_statements(unit, texts=5000, all_databases=True)
        assert isinstance(everything, Statements)
        assert called(everything, "elsewhere").calls == 1
    finally:
        other.drop()


def test_texts_are_read_for_the_top_alone_and_on_demand(counting: Database) -> None:
    counting.execute("SELECT 1 AS one; SELECT pg_sleep(0.02)")
    few = read(counting, texts=1)
    assert [e.query is not None for e in few.entries] == [True] + [False] * (len(few.entries) - 1)
    last = few.entries[-1].key
    with counting.session().unit() as unit:
        texts = read_texts(unit, [last, (1, 2, 3, True)])
    assert list(texts) == [last]
    assert few.with_texts(texts).entries[-1].query == texts[last]
    assert read(counting, texts=0).texts == {}


def test_statements_of_others_are_hidden_but_counted(plain_role: str, counting: Database) -> None:
    counting.execute(f'GRANT USAGE ON SCHEMA "Ext" TO {plain_role}')
    counting.execute("SELECT 'hidden from them'::text AS hidden_from_them")
    seen = read(counting, plain_role)
    assert seen.hidden_calls > 0
    assert seen.hidden_entries > 0
    assert {e.role for e in seen.entries} <= {plain_role}
    assert not any("hidden_from_them" in (e.query or "") for e in seen.entries)
    counting.execute(f"GRANT pg_read_all_stats TO {plain_role}")
    assert read(counting, plain_role).hidden_calls == 0


def test_a_database_without_the_extension_is_told_to_create_it(every_database: Database) -> None:
    missing = attempt(every_database)
    assert isinstance(missing, StatementsUnread)
    assert "not created" in missing.reason
    assert missing.sql == "CREATE EXTENSION pg_stat_statements;"
    every_database.execute(missing.sql)
    assert read(every_database).entries


def test_a_schema_out_of_reach_is_told_with_its_grant(plain_role: str, counting: Database) -> None:
    missing = attempt(counting, plain_role)
    assert isinstance(missing, StatementsUnread)
    assert missing.sql == f'GRANT USAGE ON SCHEMA "Ext" TO {plain_role};'
    counting.execute(missing.sql)
    read(counting, plain_role)


def test_a_revoked_function_is_told_with_its_grant(plain_role: str, counting: Database) -> None:
    counting.execute(f'GRANT USAGE ON SCHEMA "Ext" TO {plain_role}')
    counting.execute('REVOKE EXECUTE ON FUNCTION "Ext".pg_stat_statements(boolean) FROM PUBLIC')
    missing = attempt(counting, plain_role)
    assert isinstance(missing, StatementsUnread)
    assert missing.sql is not None
    counting.execute(missing.sql)
    read(counting, plain_role)


@pytest.fixture(params=each_major())
def not_preloaded(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the extension on a server that did not load its library."""
    settings = {"shared_preload_libraries": "auto_explain", "pg_stat_statements.max": "100"}
    with EmbeddedServer.start(bindir=majors()[request.param], settings=settings) as server:
        database = Database.create(server, "bare")
        yield database
        database.drop()


def test_a_library_that_is_not_loaded_is_told_with_the_way_to_it(not_preloaded: Database) -> None:
    missing = attempt(not_preloaded)
    assert isinstance(missing, StatementsUnread)
    assert missing.needs_restart
    assert "CREATE EXTENSION" in missing.next_step
    assert missing.sql == "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_stat_statements';"
    not_preloaded.execute("CREATE EXTENSION pg_stat_statements; CREATE ROLE plain LOGIN")
    created = attempt(not_preloaded)
    assert isinstance(created, StatementsUnread)
    assert "is not loaded" in created.reason
    assert "CREATE EXTENSION" not in created.next_step
    unprivileged = attempt(not_preloaded, "plain")
    assert isinstance(unprivileged, StatementsUnread)
    assert unprivileged.sql is None, "a statement that drops the other libraries must not be offered"
    not_preloaded.execute(missing.sql)
    shown = not_preloaded.execute(
        "SELECT setting FROM pg_file_settings WHERE name = 'shared_preload_libraries'"
    )
    assert ("auto_explain, pg_stat_statements",) in shown


def test_what_ran_in_between_is_told_apart_from_what_ran_before(counting: Database) -> None:
    # An alias is no part of what makes a statement another one: their columns differ.
    for _ in range(4):
        counting.execute("SELECT 1 AS before_and_after")
    counting.execute("SELECT 1 AS only_before, 2")
    before = read(counting)
    counting.execute("SELECT 1 AS before_and_after")
    counting.execute("SELECT 1 AS only_after, 2, 3")
    change = delta(before, read(counting))
    assert called(change, "before_and_after").calls == 1
    assert called(change, "only_after").calls == 1
    assert not any("only_before" in (e.query or "") for e in change.entries)
    assert not change.was_reset
    assert change.seconds is not None
    assert change.seconds > 0


def test_a_reset_in_between_is_seen(counting: Database) -> None:
    for _ in range(5):
        counting.execute("SELECT 1 AS resumed")
    before = read(counting)
    counting.execute('SELECT "Ext".pg_stat_statements_reset()')
    counting.execute("SELECT 1 AS resumed")
    change = delta(before, read(counting))
    assert change.was_reset
    assert called(change, "resumed").calls == 1


def test_a_pause_of_the_counting_is_said(counting: Database) -> None:
    assert read(counting).paused is None
    with counting.session() as session, session.unit() as unit:
        unit.query("SELECT set_config('pg_stat_statements.track', 'none', true)")
        found = read_statements(unit)
    assert isinstance(found, Statements)
    assert found.paused == "pg_stat_statements.track is none"


def entry(calls: int, times: list[float], **more: object) -> Statement:
    """An entry as pg_stat_statements would count these execution times."""
    total = sum(times)
    made = Statement(7, 10, "app", calls, total, total / calls, calls, stddev_ms=pstdev(times))
    return replace(made, **more)  # type: ignore[arg-type]


def reading(*entries: Statement, minutes: int = 0, **more: object) -> Statements:
    made = Statements(NOON + timedelta(minutes=minutes), NOON - timedelta(days=1), entries, evictions=3)
    return replace(made, **more)  # type: ignore[arg-type]


def test_the_spread_of_an_interval_is_that_of_its_own_calls() -> None:
    early, late = [1.0, 1.2] * 20, [10.0, 30.0] * 10
    before, after = entry(40, early), entry(60, early + late)
    assert interval_stddev(before, after) == pytest.approx(pstdev(late))
    change = delta(reading(before), reading(after, minutes=1)).entries[0]
    assert change.mean_ms == pytest.approx(20.0)
    assert change.stddev_ms == pytest.approx(10.0)
    assert (change.min_ms, change.max_ms) == (None, None)


def test_mean_and_spread_of_an_interval_on_a_real_server_are_those_of_its_calls(counting: Database) -> None:
    for _ in range(40):
        counting.execute("SELECT pg_sleep(0.0005)")
    before = read(counting)
    for _ in range(10):
        counting.execute("SELECT pg_sleep(0.010)")
        counting.execute("SELECT pg_sleep(0.030)")
    after = read(counting)
    change = called(delta(before, after), "pg_sleep")
    assert change.calls == 20
    assert change.mean_ms == pytest.approx(20, abs=5)
    assert change.stddev_ms == pytest.approx(10, abs=4)
    total = called(after, "pg_sleep")
    assert total.mean_ms < 0.6 * change.mean_ms, "the totals hide what happens now"


def test_an_entry_that_was_evicted_and_came_back_counts_whole() -> None:
    before, after = entry(9, [1.0] * 9), entry(2, [4.0, 4.0])
    change = delta(reading(before), reading(after, minutes=1, evictions=5))
    assert change.entries[0].calls == 2
    assert change.evictions == 2
    assert not change.was_reset


def test_an_entry_made_anew_with_more_calls_than_before_counts_whole() -> None:
    before = entry(2, [1.0] * 2, since=NOON - timedelta(days=1))
    after = entry(9, [1.0] * 9, since=NOON)
    assert delta(reading(before), reading(after, minutes=1)).entries[0].calls == 9


def test_without_a_reset_time_fewer_calls_in_all_mean_a_reset() -> None:
    before = reading(entry(9, [1.0] * 9), stats_reset=None)
    after = reading(entry(2, [1.0] * 2), stats_reset=None, minutes=1)
    assert delta(before, after).was_reset


def test_hidden_calls_are_subtracted_too() -> None:
    before = reading(hidden_calls=10, hidden_ms=5.0)
    after = reading(hidden_calls=14, hidden_ms=9.0, minutes=1)
    change = delta(before, after)
    assert (change.hidden_calls, change.hidden_ms) == (4, 4.0)


def test_the_same_statement_of_two_roles_is_two_entries() -> None:
    mine, theirs = entry(1, [1.0]), entry(1, [1.0], userid=11, role="other")
    after = reading(entry(3, [1.0] * 3), theirs, minutes=1)
    change = delta(reading(mine, theirs), after)
    assert [(e.role, e.calls) for e in change.entries] == [("app", 2)]


def test_an_entry_that_was_planned_but_never_run_is_left_out() -> None:
    planned = replace(entry(1, [0.0]), calls=0, plans=1)
    assert delta(reading(), reading(planned, minutes=1)).entries == ()


def test_one_text_of_another_encoding_takes_the_texts_away_and_nothing_else(database: Database) -> None:
    database.execute("CREATE EXTENSION pg_stat_statements")
    other = f"{database.name}_ascii"
    database.execute(f"CREATE DATABASE {other} TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'")
    try:
        with psycopg.connect(
            database.server.conninfo(other), autocommit=True, client_encoding="SQL_ASCII"
        ) as plain:
            plain.execute(b'SELECT 1 AS "\xff"')
        database.execute("SELECT 12345 AS counted")
        with database.session() as session, session.unit() as unit:
            found = read_statements(unit)
        assert isinstance(found, Statements)
        assert found.entries
        assert all(entry.query is None for entry in found.entries)
    finally:
        database.execute("SELECT pg_stat_statements_reset()")
        database.execute(f"DROP DATABASE {other} WITH (FORCE)")
