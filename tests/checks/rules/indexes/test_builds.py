"""An invalid index that somebody is building is no finding."""

from __future__ import annotations

import contextlib
import threading
import time

import psycopg

from pgplumb.checks.engine import Engine
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.checks.rules.indexes.no_invalid_index import RULE
from pgplumb.foundation.profile import Profile
from tests.databases import Database


def test_an_index_that_is_being_built_is_not_invalid(database: Database) -> None:
    database.execute("CREATE TABLE t (a int)")
    holder = database.connect()
    holder.execute("INSERT INTO t VALUES (1)")
    builder = database.connect()
    builder.autocommit = True
    build = threading.Thread(target=builder.execute, args=("CREATE INDEX CONCURRENTLY slow ON t (a)",))
    build.start()
    try:
        _wait_for(
            database,
            "SELECT count(*) = 1 FROM pg_index WHERE indexrelid = to_regclass('slow') AND NOT indisvalid",
        )
        result = Engine([RULE]).run(gather(database.session(), Profile())).results[0]
        assert (result.status, result.findings) == (Status.PASS, ())
    finally:
        holder.rollback()
        build.join()


def test_an_invalid_index_is_unknown_to_a_role_that_cannot_see_who_builds(database: Database) -> None:
    database.execute(
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1); DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN"
    )
    try:
        with contextlib.suppress(psycopg.errors.UniqueViolation):
            database.execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)")
        result = Engine([RULE]).run(gather(database.session("plain"), Profile())).results[0]
        assert (result.status, result.findings) == (Status.UNKNOWN, ())
        assert "needs pg_read_all_stats" in result.reason
    finally:
        database.execute("DROP ROLE plain")


def test_what_a_rebuild_left_behind_is_to_be_dropped(database: Database) -> None:
    database.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
    for statement in (
        "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)",
        "REINDEX INDEX CONCURRENTLY broken",
    ):
        try:
            database.execute(statement)
        except psycopg.errors.UniqueViolation:
            continue
        raise AssertionError(statement)
    result = Engine([RULE]).run(gather(database.session(), Profile())).results[0]
    assert [f.object for f in result.findings] == ["index:public.broken", "index:public.broken_ccnew"]
    assert [f.fix.intent for f in result.findings if f.fix] == ["drop-index", "drop-index"]


def _wait_for(database: Database, question: str) -> None:
    deadline = time.monotonic() + 60
    while not database.execute(question)[0][0]:
        assert time.monotonic() < deadline, question
