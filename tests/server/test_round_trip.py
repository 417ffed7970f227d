"""Several statements in one round trip."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from pgplumb.server.round_trip import round_trip
from tests.databases import Database


def sent(connection: psycopg.Connection[tuple[object, ...]], trace: Path, *statements: bytes) -> list[str]:
    """Run statements in one round trip; return the kinds of messages that went to the server."""
    with trace.open("w") as file:
        connection.pgconn.trace(file.fileno())
        try:
            with round_trip(connection):
                for statement in statements:
                    connection.execute(statement)
        finally:
            connection.pgconn.untrace()
    fields = (text.split("\t") for text in trace.read_text().splitlines())
    return [message[3] for message in fields if message[1] == "F"]


def test_nothing_is_sent_after_the_sync(database: Database, tmp_path: Path) -> None:
    with database.connect() as connection:
        connection.autocommit = True
        for number in range(20):
            kinds = sent(connection, tmp_path / f"{number}", b"BEGIN", b"SELECT 1", b"COMMIT")
            assert kinds[-1] == "Sync"
            assert kinds.count("Sync") == 1


def test_a_statement_that_fails_is_raised_and_the_connection_serves_on(
    database: Database, tmp_path: Path
) -> None:
    with database.connect() as connection:
        connection.autocommit = True
        with pytest.raises(psycopg.errors.DivisionByZero):
            sent(connection, tmp_path / "failing", b"SELECT 1", b"SELECT 1 / 0", b"SELECT 2")
        assert connection.execute("SELECT 3").fetchall() == [(3,)]
