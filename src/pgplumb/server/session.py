"""The safe session: every unit of work is one read-only transaction with its own settings.

Nothing is ever set for the session: behind a transaction pooler such a setting lands on other clients. So a
unit is `BEGIN READ ONLY`, its settings as `SET LOCAL` would make them, the statements, `COMMIT`; the first three
go out in one round trip. Statements go by the extended protocol, one each, never prepared on the server; only
`Unit.simple` does otherwise.

A session may be used from any thread, by one unit at a time; `cancel` may be called from any other thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, Self

from pgplumb.server.errors import ConnectError
from pgplumb.server.held import Held
from pgplumb.server.rows import Row, Rows
from pgplumb.server.unit import Parameters, Unit

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.target import Target

__all__ = ["Isolation", "Parameters", "Session", "Unit"]

Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]

OLDEST = 130000
"""The oldest server_version_num that we read."""

_OUR_OWN = {"search_path": "pg_catalog, pg_temp", "jit": "off", "max_parallel_workers_per_gather": "0"}
"""For our own statements: names mean what we wrote, and a busy server's workers are left alone."""

_NOTICE_OUR_END = (
    # Only where the server's kernel can tell that a client has gone; elsewhere setting it is an error.
    "CASE WHEN pg_catalog.strpos(pg_catalog.version(), 'linux') OPERATOR(pg_catalog.>) 0"
    " THEN pg_catalog.set_config('client_connection_check_interval', '2000', true) END"
)
"""Have a statement end when we are gone (version 14 and later)."""


class Session(Held):
    """One connection to a server, on which only units run."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        super().__init__(connection)
        self._busy = threading.Lock()
        self._owner: int | None = None
        # The server would refuse to send such a database's bytes to a client that asked for UTF-8.
        self._any_bytes = connection.info.parameter_status("server_encoding") == "SQL_ASCII"

    @classmethod
    def open(cls, target: Target, *, connect_timeout: int = 10, application: str = "pgplumb") -> Self:
        """Connect, waiting at most so many seconds for each address; raises ConnectError.

        The target's password command, if it has one, runs here, at every connect.
        """
        from pgplumb.server.connecting import connect

        try:
            connection = connect(target, connect_timeout=connect_timeout, application=application)
        except ConnectError as error:
            # The frames that it passed hold passwords, and tracebacks may be printed with their variables.
            raise error.with_traceback(None) from None
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
            self._settings(statement_timeout_ms, lock_timeout_ms, as_user),
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settings(self, statement_timeout_ms: int, lock_timeout_ms: int, as_user: bool) -> str:
        """Return one statement that sets everything for the transaction, as SET LOCAL would."""
        settings = {
            "statement_timeout": str(statement_timeout_ms),
            "lock_timeout": str(lock_timeout_ms),
            "idle_in_transaction_session_timeout": "10000",
        }
        if not as_user:
            settings |= _OUR_OWN
        if self._any_bytes:
            settings["client_encoding"] = "SQL_ASCII"
        calls = [f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in settings.items()]
        if self.server_version >= 140000:
            calls.append(_NOTICE_OUR_END)
        return "SELECT " + ", ".join(calls)

    def _claim(self) -> None:
        """Wait until no other thread's unit runs here."""
        if self._owner == threading.get_ident():
            raise RuntimeError("a unit is open on this session already: units do not nest")
        self._busy.acquire()
        self._owner = threading.get_ident()
        self._cancelled = False

    def _was_cancelled(self) -> bool:
        return self._cancelled
