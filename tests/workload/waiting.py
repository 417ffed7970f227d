"""Waits for what another session of a test does, with a deadline and without sleeping blindly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from tests.databases import Database

DEADLINE = 60.0


def until(condition: Callable[[], object]) -> None:
    """Return as soon as a condition holds; fail after the deadline."""
    end = time.monotonic() + DEADLINE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.005)


@contextmanager
def waiting(database: Database, statement: str, user: str = "postgres") -> Iterator[int]:
    """Run a statement that waits for a lock on a connection of its own; yields its pid once it waits."""
    connection = psycopg.connect(database.server.conninfo(database.name, user))
    pid = connection.info.backend_pid

    def run() -> None:
        try:
            connection.execute(statement)
        except psycopg.Error:
            # It is cancelled at the end.
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        until(lambda: database.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [pid]))
        yield pid
    finally:
        connection.cancel_safe()
        thread.join(DEADLINE)
        connection.close()
