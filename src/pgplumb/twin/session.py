"""Sessions of the cage role: one that does things and undoes them, one that plans.

The wall is what the server lets the role do (`cage.py`); the watchdog holds time and disk, the kernel memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgplumb.server.errors import LostConnection, QueryError
from pgplumb.server.session import Isolation, Session
from pgplumb.server.unit import Unit
from pgplumb.twin import wire
from pgplumb.twin.answers import Answer, Failed, Notice, Outcome, Ran, Refused, Stopped
from pgplumb.twin.cage import CAGE
from pgplumb.twin.script import Step, steps
from pgplumb.twin.watchdog import DISK_LIMIT, Watch, Watchdog, watchdog_of

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.embedded import EmbeddedServer
    from pgplumb.server.rows import Row

RUN_SECONDS = 60.0
"""How long one run may take, by the clock."""
PLAN_SECONDS = 60.0
"""How long one unit of planning may take: functions that planning calls are a stranger's too."""
_NOTICES_KEPT = 200
_LONGEST_TEXT = 4000
_DATABASE = "SELECT oid::int8 FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()"
_CONTROL = ("BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PREPARE TRANSACTION")
"""Command tags of statements that are never sent; should one come back, the script was read wrongly."""


class CagedSession:
    """One connection of the cage role, on which scripts are run. Not for two threads at a time.

    Where a run cost the connection, the next one opens another.
    """

    def __init__(self, server: EmbeddedServer, dbname: str, *, disk: int = DISK_LIMIT) -> None:
        self._server = server
        self._dbname = dbname
        self._disk = disk
        self._watchdog = watchdog_of(server)
        self._connection: psycopg.Connection[Row] | None = None
        self._database = 0
        self._notices: list[Notice] = []

    def run(
        self,
        sql: str,
        *,
        role: str | None = None,
        settings: Mapping[str, str] | None = None,
        seconds: float = RUN_SECONDS,
    ) -> Answer:
        """Run a script inside a transaction that is rolled back; deferred constraints are checked at its end.

        `role` is one that the cage may become, `settings` are set for the transaction.
        """
        found = steps(sql, in_transaction=True)
        if isinstance(found, Refused):
            return found
        prologue = ["BEGIN", *_set_local(role, settings or {})]
        return self._watched(found, prologue, ["SET CONSTRAINTS ALL IMMEDIATE"], seconds)

    def run_autocommit(self, sql: str, *, seconds: float = RUN_SECONDS) -> Answer:
        """Run statements one by one, as VACUUM and CONCURRENTLY need. What they did stays in this database."""
        found = steps(sql, in_transaction=False)
        return found if isinstance(found, Refused) else self._watched(found, [], [], seconds)

    def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> CagedSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _watched(
        self, script: tuple[Step, ...], before: list[str], after: list[str], seconds: float
    ) -> Answer:
        """Run a script under watch, and leave the session as if it had not been."""
        import psycopg

        self._notices.clear()
        started = time.monotonic()
        try:
            connection = self._connected()
        except psycopg.Error as error:
            return Stopped(f"the twin takes no connection: {_one_line(error)}")
        outcomes: list[Outcome] = []
        with self._watchdog.watching(
            connection.info.backend_pid, self._database, seconds, self._disk
        ) as watch:
            try:
                for text in before:
                    wire.send(connection, text)
                for step in script:
                    outcome = wire.send(connection, step.statement.text, step.data)
                    if outcome.tag.startswith(_CONTROL):
                        connection.close()
                        return Stopped("a statement ended the transaction that it ran in", len(outcomes))
                    outcomes.append(outcome)
                for text in after:
                    wire.send(connection, text)
            except psycopg.Error as error:
                return self._gone_wrong(error, watch, script, outcomes)
            finally:
                self._clean(connection)
        return Ran(tuple(outcomes), tuple(self._notices), time.monotonic() - started)

    def _gone_wrong(
        self, error: psycopg.Error, watch: Watch, script: tuple[Step, ...], outcomes: list[Outcome]
    ) -> Answer:
        """Return what a failure means: the watchdog's, the server's end, or the statement's own."""
        number, notices = len(outcomes), tuple(self._notices)
        said = error.diag
        if watch.why is not None:
            return Stopped(watch.why, number, notices)
        if said.sqlstate is None or said.sqlstate.startswith("57P"):
            return Stopped(f"the twin's server ended the connection: {_one_line(error)}", number, notices)
        position = None
        if said.statement_position and number < len(script):
            position = script[number].statement.start + int(said.statement_position)
        return Failed(
            said.sqlstate,
            _cut(said.message_primary),
            position,
            number,
            _cut(said.message_detail),
            _cut(said.message_hint),
            _cut(said.context),
            notices,
            tuple(outcomes),
        )

    def _connected(self) -> psycopg.Connection[Row]:
        if self._connection is None or self._connection.closed:
            self._connection = self._server.connect(self._dbname, CAGE)
            self._connection.add_notice_handler(self._heard)
            row = self._connection.execute(_DATABASE).fetchone()
            assert row is not None
            self._database = row[0]
        return self._connection

    def _heard(self, said: psycopg.errors.Diagnostic) -> None:
        if len(self._notices) < _NOTICES_KEPT:
            self._notices.append(
                Notice(
                    said.severity_nonlocalized or "",
                    _cut(said.message_primary),
                    said.sqlstate or "",
                    _cut(said.message_detail),
                    _cut(said.message_hint),
                )
            )

    @staticmethod
    def _clean(connection: psycopg.Connection[Row]) -> None:
        """Undo the transaction and what a session keeps: settings, temporary tables, advisory locks, cursors."""
        import psycopg
        from psycopg.pq import TransactionStatus

        try:
            if connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                wire.send(connection, "ROLLBACK")
            if not connection.closed:
                wire.send(connection, "DISCARD ALL")
        except psycopg.Error:
            connection.close()


class PlanningSession(Session):
    """A safe session on a planning database; every unit of it is under watch."""

    _watchdog: Watchdog
    _database: int
    _seconds: float

    @contextmanager
    def unit(
        self,
        statement_timeout_ms: int = 3000,
        lock_timeout_ms: int = 50,
        isolation: Isolation = "READ COMMITTED",
        *,
        as_user: bool = False,
    ) -> Iterator[Unit]:
        """Run one read-only transaction, as `Session.unit` does; the watchdog ends it when its time is over."""
        with (
            self.watched(self._seconds),
            super().unit(statement_timeout_ms, lock_timeout_ms, isolation, as_user=as_user) as unit,
        ):
            yield unit

    @contextmanager
    def watched(self, seconds: float) -> Iterator[Watch]:
        """Have the watchdog end what runs here after so many seconds; raises QueryError where it did."""
        with self._watchdog.watching(self.backend_pid, self._database, seconds) as watch:
            try:
                yield watch
            except (QueryError, LostConnection) as error:
                if watch.why is None:
                    raise
                next_step = (
                    "Look at the functions and operators that planning calls: one of them does not end."
                )
                raise QueryError(
                    "the twin stopped the planning", watch.why, next_step, sqlstate="57014", cancelled=False
                ) from error


def planning_session(
    server: EmbeddedServer, dbname: str, *, seconds: float = PLAN_SECONDS
) -> PlanningSession:
    """Open a session of the cage role on a planning database; raises ConnectError."""
    session = PlanningSession.open(server.target(dbname, CAGE), application="pgplumb twin")
    session._watchdog, session._database, session._seconds = watchdog_of(server), 0, seconds
    session._database = session.once(_DATABASE).all()[0][0]
    return session


@contextmanager
def guarded(session: PlanningSession, seconds: float) -> Iterator[None]:
    """Give the statements of a block so many seconds together, fewer than a unit's own."""
    with session.watched(seconds):
        yield


@contextmanager
def watched(
    server: EmbeddedServer, connection: psycopg.Connection[Row], seconds: float = RUN_SECONDS
) -> Iterator[Watch]:
    """Watch an ordinary connection of the cage role for a block, as building candidate indexes needs."""
    row = connection.execute(_DATABASE).fetchone()
    assert row is not None
    with watchdog_of(server).watching(connection.info.backend_pid, row[0], seconds) as watch:
        yield watch


def _set_local(role: str | None, settings: Mapping[str, str]) -> list[str]:
    from psycopg import sql

    made = [
        sql.SQL("SELECT pg_catalog.set_config({}, {}, true)").format(sql.Literal(name), sql.Literal(value))
        for name, value in settings.items()
    ]
    if role is not None:
        made.append(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
    return [statement.as_string() for statement in made]


def _cut(text: str | None) -> str:
    return (text or "")[:_LONGEST_TEXT]


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:_LONGEST_TEXT]
