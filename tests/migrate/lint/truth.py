"""Whether a migration works long under a lock that blocks, measured by running it on a server with rows.

Long work is what reads most of a table's blocks, by the server's own count of blocks, whatever did it; the lock is
one that keeps readers or writers of a table out, or readers of a materialized view. Nothing of the linter is used.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql

from pgplumb.sql.split import split
from tests.databases import Database
from tests.migrate.lint.corpus import Case

_LOCKS = """
SELECT 1 FROM pg_locks l JOIN unnest(%(old)s::oid[], %(kinds)s::text[]) o (oid, kind) ON o.oid = l.relation
WHERE l.pid = %(pid)s AND l.granted AND l.mode = ANY (CASE WHEN o.kind IN ('m', 'v')
    THEN ARRAY['AccessExclusiveLock']
    ELSE ARRAY['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'] END) LIMIT 1
"""
_OLD = """
SELECT c.oid::int8, c.relkind::text, CASE WHEN relkind IN ('r', 'm') THEN pg_relation_size(c.oid) / 8192 ELSE 0 END
FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm', 'v')
"""
_READ = "SELECT o, {}(o::oid) FROM unnest(%s::int8[]) o"
_INSIDE, _OUTSIDE = "pg_stat_get_xact_blocks_fetched", "pg_stat_get_blocks_fetched"
_ALONE = re.compile(
    r"concurrently|^\s*(vacuum|cluster\s*$|reindex\s+(schema|database|system|table\s+metrics))", re.I
)
_TABLE = 10
"""Pages that a table must have for its size to be seen."""
_MOST = 0.8

Session = psycopg.Connection[tuple[object, ...]]


class Judge:
    """Runs migrations in a database and looks; the database is another one afterwards."""

    def __init__(self, database: Database) -> None:
        self._session = database.connect()
        self._session.autocommit = True
        self._watcher = database.connect()
        self._watcher.autocommit = True
        rows = self._watcher.execute(_OLD).fetchall()
        self._sizes = {int(oid): int(pages) for oid, _, pages in rows}
        self._held = {
            "old": [row[0] for row in rows],
            "kinds": [row[1] for row in rows],
            "pid": self._session.info.backend_pid,
        }

    def blocks(self, case: Case, text: str) -> bool:
        """Run a migration to its end."""
        found = False
        inside = False
        if case.mode == "transaction" and not re.search(r"\bbegin;", text, re.I):
            self._session.execute("BEGIN")
            inside = True
        for statement in split(text):
            if statement.text.startswith("\\"):
                continue
            word = statement.text.split(maxsplit=1)[0].upper()
            if word in ("BEGIN", "COMMIT"):
                inside = word == "BEGIN"
                self._session.execute(statement.text.encode())
            elif _ALONE.search(statement.text) and not inside:
                found |= self._alone(statement.text)
            elif inside:
                found |= self._within(statement.text)
            else:
                self._session.execute("BEGIN")
                found |= self._within(statement.text)
                self._session.execute("COMMIT")
        if inside:
            self._session.execute("COMMIT")
        return found

    def _within(self, text: str) -> bool:
        before = self._read(self._session, _INSIDE)
        self._session.execute(text.encode())
        return self._locked() and self._long(before, self._read(self._session, _INSIDE))

    def _alone(self, text: str) -> bool:
        before = self._flushed()
        with self._watching(apart="CONCURRENTLY" in text.upper()) as seen:
            self._session.execute(text.encode())
        return bool(seen) and self._long(before, self._flushed())

    @contextmanager
    def _watching(self, *, apart: bool) -> Iterator[list[bool]]:
        """Note whether a lock is seen while the block runs.

        The server looks on without a pause; but concurrent forms (`apart`) wait for whoever holds a snapshot, and so
        they are looked at again and again.
        """
        seen: list[bool] = []
        ended = threading.Event()
        look = _LOCKS % {name: sql.Literal(value).as_string() for name, value in self._held.items()}

        def watch() -> None:
            text = f"DO $$ BEGIN LOOP PERFORM {look.split('SELECT', 1)[1]}; EXIT WHEN FOUND; END LOOP; END $$"
            try:
                self._watcher.execute(text.encode())
                seen.append(True)
            except psycopg.errors.QueryCanceled:
                pass

        def poll() -> None:
            while not ended.is_set() and not seen:
                if self._locked():
                    seen.append(True)

        thread = threading.Thread(target=poll if apart else watch)
        thread.start()
        if not apart:
            self._await_watcher()
        try:
            yield seen
        finally:
            ended.set()
            while thread.is_alive():
                if not apart:
                    self._watcher.cancel()
                thread.join(0.05)

    def _await_watcher(self) -> None:
        query = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state = 'active' AND query LIKE 'DO %%'"
        deadline = time.monotonic() + 60
        while self._session.execute(query, [self._watcher.info.backend_pid]).fetchone() is None:
            assert time.monotonic() < deadline

    def _flushed(self) -> dict[int, int]:
        self._session.execute("SELECT pg_stat_force_next_flush()")
        self._session.execute("SELECT 1")
        self._watcher.execute("SELECT pg_stat_clear_snapshot()")
        return self._read(self._watcher, _OUTSIDE)

    def _read(self, session: Session, function: str) -> dict[int, int]:
        rows = session.execute(_READ.format(function).encode(), [list(self._sizes)]).fetchall()
        return {int(str(oid)): int(str(blocks or 0)) for oid, blocks in rows}

    def _locked(self) -> bool:
        return self._watcher.execute(_LOCKS, self._held).fetchone() is not None

    def _long(self, before: Mapping[int, int], after: Mapping[int, int]) -> bool:
        return any(
            pages >= _TABLE and after[oid] - before[oid] >= _MOST * pages
            for oid, pages in self._sizes.items()
        )
