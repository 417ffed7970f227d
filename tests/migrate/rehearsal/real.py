"""What a statement does on a server with rows: a second session reads its locks, and it is rolled back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from pgplumb.migrate.rehearsal import RehearsedStatement
from pgplumb.migrate.rehearsal.answer import RANK
from tests.databases import Database

_RELATIONS = """
SELECT c.oid, format('%s.%s', n.nspname, c.relname), c.relkind, pg_relation_filenode(c.oid),
       coalesce(i.indrelid, 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I')
"""
_LOCKS = "SELECT relation, mode FROM pg_locks WHERE pid = %s AND granted AND relation IS NOT NULL"
_SCANS = "SELECT relid, seq_scan FROM pg_stat_xact_user_tables"
_INDEXES = """
SELECT indrelid, relname, pg_relation_filenode(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid
WHERE indexrelid >= 16384
"""


@dataclass(frozen=True)
class Truth:
    """What was measured; `error` is an sqlstate."""

    locks: dict[str, str]
    rewrites: set[str]
    rebuilds: set[str]
    scans: set[str]
    error: str | None = None


def of(found: RehearsedStatement) -> Truth:
    """What a rehearsal says, in the same terms."""
    locks = {lock.object: lock.mode for lock in found.locks}
    error = found.error.sqlstate if found.error else None
    new_files = {*found.rewrites, *(name for name in found.emptied if not name.endswith("_seq"))}
    return Truth(locks, new_files, set(found.rebuilds), set(found.scans), error)


class Real:
    """One session on a database with rows, and one that looks on."""

    def __init__(self, database: Database) -> None:
        self._connection = database.connect()
        self._watcher = database.connect()
        self._watcher.autocommit = True
        self._before = self._watcher.execute(_RELATIONS).fetchall()
        self._index_files = self._files()

    def _files(self, connection: psycopg.Connection[Any] | None = None) -> dict[tuple[int, str], int]:
        rows = (connection or self._watcher).execute(_INDEXES).fetchall()
        return {(table, name): file for table, name, file in rows}

    def measure(self, statement: str) -> Truth:
        """Run a statement, look, roll it back."""
        connection = self._connection
        names = {oid: name for oid, name, *_ in self._before}
        read = dict(connection.execute(_SCANS).fetchall())
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            connection.rollback()
            return Truth({}, set(), set(), set(), error.sqlstate)
        held = self._watcher.execute(_LOCKS, [connection.info.backend_pid]).fetchall()
        locks: dict[str, str] = {}
        for oid, mode in held:
            if oid in names and RANK[mode] >= RANK[locks.get(names[oid], mode)]:
                locks[names[oid]] = mode
        scanned = dict(connection.execute(_SCANS).fetchall())
        files = {oid: file for oid, _, _, file, _ in connection.execute(_RELATIONS).fetchall()}
        index_files = self._files(connection)
        connection.rollback()
        return Truth(
            locks,
            {
                name
                for oid, name, kind, file, _ in self._before
                if kind in "rm" and files.get(oid, file) != file
            },
            {
                name
                for oid, name, kind, file, table in self._before
                if kind == "i" and index_files.get((table, name.partition(".")[2]), file) != file
            },
            {name for oid, name in names.items() if scanned.get(oid, 0) > read.get(oid, 0)},
        )
