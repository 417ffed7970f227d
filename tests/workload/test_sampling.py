"""What is seen by looking: shares, waits, ages, no constants, and nothing of our own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pgplumb.workload.sampling import KEPT, Sampled, Sampler, without_constants
from tests.databases import Database
from tests.workload.waiting import until

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Row = tuple[object, ...]


def look(*running: Row, second: int = 0) -> list[Row]:
    """The rows of one look: pid, role, text, wait event type, wait event, seconds."""
    at = NOON + timedelta(seconds=second)
    rows = [(at, pid, role, "active", *rest) for pid, role, *rest in running]
    return rows or [(at, *[None] * 7)]


def test_what_is_seen_twice_as_often_has_twice_the_share() -> None:
    sampler = Sampler()
    slow = (1, "web", "SELECT a FROM t WHERE b = 1", None, None, 2.0)
    sampler.add(look(slow, (2, "web", "SELECT 1", None, None, 0.1)))
    found = sampler.add(look((1, "web", "select a from t where b = 77", "IO", "DataFileRead", 3.5), second=1))
    first, second = found.entries
    assert (first.seen, second.seen, found.looks) == (2, 1, 2)
    assert found.share(first) == pytest.approx(2 / 3)
    assert first.longest_s == 3.5
    assert dict(first.waits) == {"running": 1, "IO: DataFileRead": 1}
    assert (found.since, found.read_at) == (NOON, NOON + timedelta(seconds=1))


def test_roles_stay_apart_and_lengths_of_lists_do_not() -> None:
    found = Sampler().add(
        look(
            (1, "web", "SELECT a FROM t WHERE b IN (1)", None, None, 1.0),
            (2, "web", "SELECT a FROM t WHERE b IN (1, 2, 3)", None, None, 1.0),
            (3, "worker", "SELECT a FROM t WHERE b IN (1, 2, 3)", None, None, 1.0),
        )
    )
    assert [(s.role, s.seen) for s in found.entries] == [("web", 2), ("worker", 1)]


def test_a_look_at_which_nothing_runs_counts() -> None:
    found = Sampler().add(look())
    assert (found.looks, found.seen, found.entries) == (1, 0, ())


@pytest.mark.long
def test_what_is_kept_has_a_bound_and_shares_stay_true(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = 40
    assert kept < KEPT
    monkeypatch.setattr("pgplumb.workload.sampling.KEPT", kept)
    sampler = Sampler()
    for n in range(3 * kept):
        found = sampler.add(look((1, "web", f"SELECT column_{n} FROM t", None, None, 1.0)))
    assert len(found.entries) <= kept
    assert found.seen == 3 * kept


SECRETS = [
    "SELECT * FROM accounts WHERE token = 'hunter2' AND pin = 271828",
    "ALTER ROLE app PASSWORD 'hunter2'",
    "CREATE USER MAPPING FOR app SERVER s OPTIONS (password 'hunter2')",
    "SELECT E'hunt\\'er2', E'hunter2', U&'hunter2', X'271828', $$hunter2$$, $a$hunter2 $$ $a$, -271828.5e3",
    "EXECUTE login('hunter2', 271828)",
    "COMMENT ON TABLE t IS 'hunter2'",
    "COPY t FROM PROGRAM 'curl hunter2'",
    "DO $do$ BEGIN PERFORM login('hunter2'); END $do$",
    "SELECT 1 /* token=hunter2 /* hunter2 */ */ -- hunter2\n FROM t",
    "PREPARE p AS SELECT 'it''s hunter2'",
    "SELECT a[1:'271828'] FROM t WHERE x = ANY('{hunter2}')",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_constant_and_no_comment_is_kept_wherever_the_server_cuts_the_text(text: str) -> None:
    for end in range(len(text) + 1):
        kept = without_constants(text[:end])
        assert "hun" not in kept, (text[:end], kept)
        assert "27" not in kept, (text[:end], kept)


def test_constants_are_numbered_after_the_parameters_that_are_there() -> None:
    assert (
        without_constants("SELECT $1, 'a', 5 FROM t WHERE b = $2") == "SELECT $1, $3, $4 FROM t WHERE b = $2"
    )
    assert without_constants("SELECT a/**/b") == "SELECT a b"


def test_a_text_that_was_cut_off_is_known_by_its_beginning() -> None:
    sampler = Sampler()
    for constant in (1, 2):
        found = sampler.add(
            look((1, "web", f"SELECT a FROM t WHERE b = {constant} AND c IN (1, 2", None, None, 1.0))
        )
    assert [s.seen for s in found.entries] == [2]


@contextmanager
def sleeping(database: Database, user: str = "postgres") -> Iterator[int]:
    """A session that runs a statement until the block ends; gives its pid."""
    with psycopg.connect(database.server.conninfo(database.name, user), autocommit=True) as connection:
        thread = threading.Thread(target=_sleep, args=(connection,))
        thread.start()
        try:
            yield connection.info.backend_pid
        finally:
            connection.cancel()
            thread.join()


def _sleep(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    try:
        connection.execute("SELECT pg_sleep(60), 'hunter2'")
    except psycopg.errors.QueryCanceled:
        return


def watched(database: Database, user: str = "postgres") -> Sampled:
    with database.session(user) as session, session.unit() as unit:
        return Sampler().look(unit)


def test_what_another_session_runs_is_seen_on_every_server(every_database: Database) -> None:
    with sleeping(every_database):
        until(lambda: watched(every_database).entries)
        found = watched(every_database)
    (sample,) = found.entries
    assert sample.query == "SELECT pg_sleep($1), $2"
    assert sample.role == "postgres"
    assert sample.longest_s > 0
    assert sample.waits == (("Timeout: PgSleep", 1),)


def test_our_own_sessions_are_not_seen(every_database: Database) -> None:
    assert watched(every_database).entries == ()
    with sleeping(every_database) as pid:
        until(lambda: watched(every_database).entries)
        with every_database.session() as session, session.unit() as unit:
            assert Sampler().look(unit, [pid]).entries == ()


def test_what_a_role_may_not_see_is_counted(plain_role: str, every_database: Database) -> None:
    with sleeping(every_database):
        until(lambda: watched(every_database).entries)
        found = watched(every_database, plain_role)
    assert found.entries == ()
    assert found.hidden >= 1
