"""Statements for the screen, read from a real server."""

from __future__ import annotations

from contextlib import AbstractContextManager

import psycopg
import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.server.session import Session
from pgplumb.server.unit import Unit
from pgplumb.tui.live.statements import LIST_TEXT, OTHER_TEXTS_SECONDS, StatementsReader
from pgplumb.workload.folding import fold
from pgplumb.workload.statements import Statement, Statements, StatementsUnread
from tests.databases import Database


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def counted(database: Database) -> Database:
    """A database whose statements are counted, from now on."""
    database.execute("CREATE EXTENSION pg_stat_statements")
    database.execute("SELECT pg_stat_statements_reset()")
    return database


def both(found: tuple[Statements | Unread, Statements | Unread]) -> tuple[Statements, Statements]:
    total, since = found
    assert isinstance(total, Statements)
    assert isinstance(since, Statements)
    return total, since


def one(statements: Statements, begins: str) -> Statement | None:
    return next((e for e in statements.entries if (e.query or "").startswith(begins)), None)


def test_what_ran_before_is_in_the_totals_alone_and_what_runs_now_in_both(counted: Database) -> None:
    counted.execute("SELECT 1 AS early")
    reader = StatementsReader()
    with counted.session() as session:
        total, since = both(reader.read(session))
        assert one(total, "SELECT $1 AS early")
        assert since.entries == ()
        counted.execute("SELECT 1, 2 AS late")
        total, since = both(reader.read(session))
        assert one(since, "SELECT $1, $2 AS late")
        assert one(total, "SELECT $1, $2 AS late")
        assert one(since, "SELECT $1 AS early") is None
        assert since.seconds is not None


def test_after_a_reset_the_period_begins_with_it(counted: Database) -> None:
    reader = StatementsReader()
    with counted.session() as session:
        counted.execute("SELECT 1 AS early")
        reader.read(session)
        counted.execute("SELECT pg_stat_statements_reset()")
        counted.execute("SELECT 1, 2 AS late")
        _, since = both(reader.read(session))
        assert since.was_reset
        assert one(since, "SELECT $1, $2 AS late")
        assert one(since, "SELECT $1 AS early") is None


def test_a_reset_without_a_date_is_still_known_when_counts_have_grown_again(database: Database) -> None:
    database.execute("CREATE EXTENSION pg_stat_statements VERSION '1.8'")
    database.execute("SELECT pg_stat_statements_reset()")
    reader = StatementsReader()
    with database.session() as session:
        for _ in range(5):
            database.execute("SELECT 1 AS counted")
        for _ in range(30):
            database.execute("SELECT 1, 2 AS other")
        reader.read(session)
        database.execute("SELECT pg_stat_statements_reset()")
        database.execute("SELECT 1 AS counted")
        _, since = both(reader.read(session))
        assert since.was_reset
        for _ in range(60):
            database.execute("SELECT 1 AS counted")
        _, since = both(reader.read(session))
        assert since.was_reset
        found = one(since, "SELECT $1 AS counted")
        assert found is not None
        assert found.calls == 61


def test_texts_beyond_the_first_hundred_come_with_the_next_reading(counted: Database) -> None:
    with counted.session() as session:
        for n in range(130):
            counted.execute(f"SELECT 1{', 1' * n} AS column_{n}")
        clock = Clock()
        reader = StatementsReader(clock)
        total, _ = both(reader.read(session))
        assert sum(e.query is None for e in total.entries) >= 30
        clock.now += 2
        total, _ = both(reader.read(session))
        known = {e.key for e in total.entries if e.query is not None}
        assert len(known) >= 130
        assert all(f"column_{n}" in "".join(e.query or "" for e in total.entries) for n in range(130))


def test_texts_of_new_entries_beyond_the_first_hundred_wait_for_their_turn(counted: Database) -> None:
    def without(statements: Statements) -> int:
        return sum(e.query is None for e in statements.entries)

    with counted.session() as session:
        for n in range(120):
            counted.execute(f"SELECT pg_sleep(0.001){', 1' * n} AS column_{n}")
        clock = Clock()
        reader = StatementsReader(clock)
        for _ in range(2):
            total, _ = both(reader.read(session))
            clock.now += 2
        assert without(total) <= 2
        for n in range(120):
            counted.execute(f"SELECT 1{', 1' * n} AS later_{n}")
        both(reader.read(session))
        clock.now += 2
        total, _ = both(reader.read(session))
        waiting = without(total)
        clock.now += OTHER_TEXTS_SECONDS
        total, _ = both(reader.read(session))
        assert without(total) <= 2 < waiting


def test_a_text_of_a_megabyte_comes_cut(counted: Database) -> None:
    counted.execute("SELECT 1 AS " + "a" * 40 + ", " + ", ".join(f"2 AS column_{n}" for n in range(1500)))
    with counted.session() as session:
        total, _ = both(StatementsReader().read(session))
    found = one(total, "SELECT $1 AS aaa")
    assert found is not None
    assert found.query is not None
    assert len(found.query) == LIST_TEXT


def test_lists_whose_text_comes_cut_are_still_one_statement(every_database: Database) -> None:
    every_database.execute("CREATE EXTENSION pg_stat_statements")
    every_database.execute("CREATE TABLE t (a int, b int, c int)")
    for length in (1200, 1500, 1700):
        some = ", ".join(map(str, range(length)))
        for column in "bc":
            every_database.execute(f"SELECT a FROM t WHERE a IN ({some}) AND {column} = 1")
            every_database.execute(f"INSERT INTO t (a, {column}) VALUES {', '.join(['(1, 2)'] * length)}")
    with every_database.session() as session:
        total, _ = both(StatementsReader().read(session))
    for found in (fold(total), total):
        assert found.total_ms == pytest.approx(total.total_ms)
    folded = [e for e in fold(total).entries if "FROM t WHERE" in (e.query or "")]
    assert [e.calls for e in folded] == [3, 3], "what stands behind the list tells them apart"
    inserted = [e for e in fold(total).entries if (e.query or "").startswith("INSERT INTO t (")]
    assert [e.calls for e in inserted] == [3, 3]


def test_without_the_extension_both_lists_say_why(database: Database) -> None:
    with database.session() as session:
        total, since = StatementsReader().read(session)
    assert isinstance(total, StatementsUnread)
    assert since is total
    assert total.sql == "CREATE EXTENSION pg_stat_statements;"


def test_an_extension_that_is_created_later_begins_a_period_of_its_own(database: Database) -> None:
    reader = StatementsReader()
    with database.session() as session:
        reader.read(session)
        database.execute("CREATE EXTENSION pg_stat_statements")
        _, since = both(reader.read(session))
        assert since.entries == ()


class Counting:
    """A session that counts the units that it runs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.units = 0

    def unit(self) -> AbstractContextManager[Unit]:
        """Run one more."""
        self.units += 1
        return self._session.unit()


def test_texts_that_cannot_be_had_are_not_asked_for_at_every_reading(counted: Database) -> None:
    other = f"{counted.name}_ascii"
    counted.execute(f"CREATE DATABASE {other} TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'")
    try:
        conninfo = counted.server.conninfo(other)
        with psycopg.connect(conninfo, autocommit=True, client_encoding="SQL_ASCII") as ascii_only:
            ascii_only.execute(b'SELECT 1 AS "\xff"')
        clock = Clock()
        reader = StatementsReader(clock)
        with counted.session() as opened:
            session = Counting(opened)
            units = []
            for _ in range(4):
                before = session.units
                total, _ = both(reader.read(session))  # type: ignore[arg-type]
                assert total.entries
                assert all(entry.query is None for entry in total.entries)
                units.append(session.units - before)
                clock.now += 2
        assert units == [2, 2, 1, 1]
    finally:
        counted.execute("SELECT pg_stat_statements_reset()")
        counted.execute(f"DROP DATABASE {other} WITH (FORCE)")
