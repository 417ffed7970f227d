"""The safe session: every unit of work is one read-only transaction with its own settings.

Nothing is ever set for the session: behind a transaction pooler such a setting lands on other clients. So a
unit is `BEGIN READ ONLY`, its settings as `SET LOCAL` would make them, the statements, `COMMIT`; the first three
go out in one round trip. Statements go by the extended protocol, one each, never prepared on the server; only
`Unit.simple` does otherwise.

A session may be used from any thread, by one unit at a time; `cancel` may be called from any other thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from pgplumb.server.errors import ConnectError
from pgplumb.server.rows import Row, Rows

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

    from pgplumb.server.target import Target

Parameters = Sequence[object] | Mapping[str, object]
Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]

OLDEST = 130000
"""The oldest server_version_num that we read."""


class Session:
    """One connection to a server, on which only units run."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._busy = threading.Lock()
        self._owner: int | None = None
        self._cancelled = False

    @classmethod
    def open(cls, target: Target, *, connect_timeout: int = 10, application: str = "pgplumb") -> Session:
        """Connect, waiting at most so many seconds for each address; raises ConnectError.

        The target's password command, if it has one, runs here, at every connect.
        """
        from pgplumb.server.connecting import connect

        connection = connect(target, connect_timeout=connect_timeout, application=application)
        if connection.info.server_version < OLDEST:
            version = connection.info.parameter_status("server_version") or "unknown"
            connection.close()
            raise ConnectError(
                f"{target.label} is too old: its version is {version}",
                "pgplumb reads PostgreSQL 13 and later",
                "Upgrade the server; if this is a pooler's own console, name a database behind it.",
                "version",
            )
        return cls(connection)

    @contextmanager
    def unit(
        self,
        statement_timeout_ms: int = 3000,
        lock_timeout_ms: int = 50,
        isolation: Isolation = "READ COMMITTED",
        *,
        as_user: bool = False,
    ) -> Iterator[Unit]:
        """Run one read-only transaction; nothing is sent before the first statement.

        With `as_user`, search_path and planner settings stay as the role has them, as EXPLAIN of a user's
        query needs. Otherwise search_path is pg_catalog alone, and JIT and parallel workers are off.
        Raises QueryError and LostConnection. A failed unit is rolled back.
        """
        prologue = (
            f"BEGIN ISOLATION LEVEL {isolation} READ ONLY",
            _settings(statement_timeout_ms, lock_timeout_ms, as_user, self.server_version),
        )
        self._claim()
        unit = Unit(self._connection, prologue, self._was_cancelled)
        try:
            yield unit
        except BaseException:
            unit.roll_back()
            raise
        else:
            unit.commit()
        finally:
            self._owner = None
            self._busy.release()

    def once(
        self,
        sql: str,
        params: Parameters | None = None,
        *,
        statement_timeout_ms: int = 3000,
        lock_timeout_ms: int = 50,
    ) -> Rows:
        """Run a unit of one statement in one round trip, COMMIT included: what a tick should cost."""
        with self.unit(statement_timeout_ms, lock_timeout_ms) as unit:
            return unit.last(sql, params)

    def cancel(self, timeout: float = 5.0) -> None:
        """Stop what runs on this session now, from another thread; harmless when nothing runs."""
        import psycopg

        self._cancelled = True
        try:
            self._connection.cancel_safe(timeout=timeout)
        except psycopg.Error:
            # The server cannot be reached or has nothing to stop: the unit itself learns of either.
            return

    def close(self) -> None:
        """Close the connection; may be called twice."""
        self._connection.close()

    @property
    def closed(self) -> bool:
        """True after `close` and after the connection was lost."""
        return self._connection.closed

    @property
    def backend_pid(self) -> int:
        """The server's process of this connection; behind a pooler it may be another one for each unit."""
        return self._connection.info.backend_pid

    @property
    def server_version(self) -> int:
        """server_version_num, such as 180006."""
        return self._connection.info.server_version

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the server or pooler reported at connect: server_encoding, TimeZone, is_superuser ..."""
        status = self._connection.info.parameter_status
        names = ("server_version", "server_encoding", "TimeZone", "is_superuser", "in_hot_standby")
        return {name: value for name in names if (value := status(name)) is not None}

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _claim(self) -> None:
        """Wait until no other thread's unit runs here."""
        if self._owner == threading.get_ident():
            raise RuntimeError("a unit is open on this session already: units do not nest")
        self._busy.acquire()
        self._owner = threading.get_ident()
        self._cancelled = False

    def _was_cancelled(self) -> bool:
        return self._cancelled


class Unit:
    """Statements of one transaction. Made by `Session.unit`."""

    def __init__(
        self,
        connection: psycopg.Connection[Row],
        prologue: tuple[str, ...],
        was_cancelled: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._prologue = prologue
        self._was_cancelled = was_cancelled
        self._begun = False
        self._ended = False

    @property
    def server_version(self) -> int:
        """server_version_num, such as 180006."""
        return self._connection.info.server_version

    def result(self, sql: str, params: Parameters | None = None, *, binary: bool = True) -> Rows:
        """Run one statement and return its rows, undecoded. Parameters are `%s` or `%(name)s`.

        Without parameters a percent sign in the text stands for itself.
        """
        return self._run([(sql, params)], binary=binary)[0]

    def query(self, sql: str, params: Parameters | None = None, binary: bool = True) -> list[Row]:
        """Run one statement and return its rows as tuples."""
        return self.result(sql, params, binary=binary).all()

    def results(self, statements: Sequence[str], *, binary: bool = True) -> list[Rows]:
        """Run statements in one round trip and return the rows of each."""
        return self._run([(sql, None) for sql in statements], binary=binary)

    def simple(self, sql: str) -> Rows:
        """Run one statement by the simple protocol, as EXPLAIN (GENERIC_PLAN) needs; values arrive as text.

        That protocol takes several statements at once: the caller has made sure that this is one.
        """
        if self._ended:
            raise RuntimeError("this unit has ended")
        if not self._begun:
            self._run([], binary=True)
        return Rows(self._simple(sql))

    @contextmanager
    def pipeline(self) -> Iterator[Pipeline]:
        """Collect statements and run them in one round trip at the end of the block."""
        pipeline = Pipeline()
        yield pipeline
        rows = self._run([(p.sql, p.params) for p in pipeline.pending], binary=True)
        for pending, found in zip(pipeline.pending, rows, strict=True):
            pending.found = found

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Let the statements of the block fail without ending the unit; the error is raised all the same."""
        self._run([("SAVEPOINT pgplumb", None)], binary=True)
        try:
            yield
        except BaseException:
            if not self._connection.closed:
                self._run([("ROLLBACK TO SAVEPOINT pgplumb", None)], binary=True)
            raise
        else:
            self._run([("RELEASE SAVEPOINT pgplumb", None)], binary=True)

    def last(self, sql: str, params: Parameters | None = None) -> Rows:
        """Run one statement and COMMIT in the same round trip; no statement may follow."""
        rows = self._run([(sql, params), ("COMMIT", None)], binary=True)
        self._ended = True
        return rows[0]

    def commit(self) -> None:
        """End the transaction, if one was begun."""
        if self._begun and not self._ended:
            self._ended = True
            self._simple("COMMIT")

    def roll_back(self) -> None:
        """End a failed transaction, if it can still be reached."""
        if self._begun and not self._ended and not self._connection.closed:
            self._ended = True
            import psycopg

            try:
                self._connection.execute("ROLLBACK")
            except psycopg.Error:
                # The connection went with the statement that failed; that error is already on its way.
                self._connection.close()

    def _run(self, statements: Sequence[tuple[str, Parameters | None]], *, binary: bool) -> list[Rows]:
        """Run statements in one round trip, the first time with BEGIN and the settings in front."""
        import psycopg

        from pgplumb.server.failures import query_error

        if self._ended:
            raise RuntimeError("this unit has ended")
        cursors = []
        try:
            if self._begun and binary and len(statements) == 1:
                sql, params = statements[0]
                # Binary results need the extended protocol, which takes one statement only.
                cursors.append(self._connection.execute(sql, params, binary=True))
            else:
                with self._connection.pipeline():
                    if not self._begun:
                        self._begun = True
                        for text in self._prologue:
                            self._connection.execute(text)
                    for sql, params in statements:
                        cursors.append(self._connection.execute(sql, params, binary=binary))
            return [Rows(cursor.pgresult) for cursor in cursors if cursor.pgresult is not None]
        except psycopg.Error as error:
            raise query_error(error, lost=self._connection.closed, cancelled=self._was_cancelled()) from None

    def _simple(self, sql: str) -> PGresult:
        import psycopg

        from pgplumb.server.failures import query_error

        try:
            found = self._connection.execute(sql).pgresult
        except psycopg.Error as error:
            raise query_error(error, lost=self._connection.closed, cancelled=self._was_cancelled()) from None
        assert found is not None
        return found


class Pending:
    """A statement of a pipeline; `rows` once the block has ended."""

    __slots__ = ("found", "params", "sql")

    def __init__(self, sql: str, params: Parameters | None) -> None:
        self.sql = sql
        self.params = params
        self.found: Rows | None = None

    @property
    def rows(self) -> Rows:
        """The rows."""
        if self.found is None:
            raise RuntimeError("the rows are there when the pipeline's block has ended")
        return self.found


class Pipeline:
    """Statements that wait to be sent together."""

    def __init__(self) -> None:
        self.pending: list[Pending] = []

    def result(self, sql: str, params: Parameters | None = None) -> Pending:
        """Add a statement."""
        pending = Pending(sql, params)
        self.pending.append(pending)
        return pending


def _settings(statement_timeout_ms: int, lock_timeout_ms: int, as_user: bool, version: int) -> str:
    """Return one statement that sets everything for the transaction, as SET LOCAL would."""
    settings = {
        "statement_timeout": str(statement_timeout_ms),
        "lock_timeout": str(lock_timeout_ms),
        "idle_in_transaction_session_timeout": "10000",
    }
    if not as_user:
        settings |= {
            "search_path": "pg_catalog, pg_temp",
            "jit": "off",
            "max_parallel_workers_per_gather": "0",
        }
    calls = [f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in settings.items()]
    if version >= 140000:
        # Only where the server's kernel can tell that a client has gone; elsewhere setting it is an error.
        calls.append(
            "CASE WHEN pg_catalog.strpos(pg_catalog.version(), 'linux') OPERATOR(pg_catalog.>) 0"
            " THEN pg_catalog.set_config('client_connection_check_interval', '2000', true) END"
        )
    return "SELECT " + ", ".join(calls)
