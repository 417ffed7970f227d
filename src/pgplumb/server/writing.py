"""The one connection that writes on a user's server: for statements that a person has seen and confirmed.

Apart from the safe session in every way: it keeps settings between statements, so it must not go through a pooler
in transaction mode (`migrate.apply.pooling` refuses one). Autocommit; what belongs together goes out as one
transaction in one round trip, so that no lock is held while a network is slow. One thread at a time; `cancel` may be
called from any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from pgplumb.server.errors import ConnectError
from pgplumb.server.held import Held
from pgplumb.server.round_trip import round_trip

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.server.target import Target
    from pgplumb.server.unit import Parameters

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
_FORGET = ("RESET ROLE", "RESET ALL")
"""What an earlier statement set for the session, its role included, holds for no later one."""


@dataclass(frozen=True, slots=True)
class Order:
    """One statement to run. Without parameters a percent sign stands for itself."""

    sql: str
    params: Parameters | None = None


class Writer(Held):
    """One connection for writing."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        super().__init__(connection)
        self.failed_at: int | None = None
        """Which order of the last `together` the server refused, from 0; None for its COMMIT."""
        pid, started = self.ask(
            "SELECT pid, backend_start FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=)"
            " pg_catalog.pg_backend_pid()"
        )[0]
        self.pid: int = pid
        """The server's process."""
        self.started: datetime = started
        """Since when: with the pid, the name of this connection as others see it, also after it is lost."""

    @classmethod
    def open(cls, target: Target, *, connect_timeout: int = 10, application: str = "pgplumb apply") -> Self:
        """Connect; raises ConnectError. The password command runs at every connect."""
        from pgplumb.server.connecting import connect

        try:
            connection = connect(target, connect_timeout=connect_timeout, application=application)
        except ConnectError as error:
            # The frames that it passed hold passwords, and tracebacks may be printed with their variables.
            raise error.with_traceback(None) from None
        return cls(connection)

    def ask(self, sql: str, params: Parameters | None = None) -> list[Row]:
        """Run one statement of ours by itself and return its rows. Raises QueryError and LostConnection."""
        cursor = self._execute(Order(sql, params))
        return cursor.fetchall() if cursor.description else []

    def types(self, sql: str) -> tuple[str, ...]:
        """Return the types of a query's columns as SQL; it is run, so it should return no rows."""
        columns = self._execute(Order(sql)).description or ()
        names = "SELECT pg_catalog.format_type(%s::pg_catalog.oid, NULL)"
        return tuple(str(self.ask(names, (column.type_code,))[0][0]) for column in columns)

    def alone(self, sql: str, settings: Mapping[str, str]) -> None:
        """Run one statement outside of any transaction, with settings of the session for it alone.

        Raises QueryError and LostConnection. What an earlier statement set is forgotten first.
        """
        for text in _FORGET:
            self._execute(Order(text))
        self._execute(_settings(settings, local=False))
        self._execute(Order(sql))

    def together(self, orders: Sequence[Order], settings: Mapping[str, str]) -> list[list[Row]]:
        """Run statements as one transaction, sent at once, and return the rows of each.

        Raises QueryError, after which nothing of it has happened, and LostConnection, after which all or nothing has.
        """
        import psycopg

        from pgplumb.server.failures import query_error

        self._cancelled, self.failed_at = False, None
        cursors: list[psycopg.Cursor[Row]] = []
        prologue = (*map(Order, _FORGET), Order(BEGIN), _settings(settings, local=True))
        everything = (*prologue, *orders, Order("COMMIT"))
        try:
            with round_trip(self._connection):
                for order in everything:
                    cursors.append(self._connection.cursor())
                    cursors[-1].execute(order.sql.encode(), order.params)
            found = cursors[len(prologue) : -1]
            return [cursor.fetchall() if cursor.description else [] for cursor in found]
        except psycopg.Error as error:
            answered = sum(cursor.pgresult is not None for cursor in cursors)
            at = answered - len(prologue)
            self.failed_at = at if 0 <= at < len(orders) else None
            problem = query_error(error, self._connection.closed, self._cancelled)
            self._roll_back()
            raise problem from None

    def _execute(self, order: Order) -> psycopg.Cursor[Row]:
        import psycopg

        from pgplumb.server.failures import query_error

        self._cancelled = False
        try:
            return self._connection.execute(order.sql.encode(), order.params)
        except psycopg.Error as error:
            raise query_error(error, self._connection.closed, self._cancelled) from None

    def _roll_back(self) -> None:
        import psycopg

        if not self._connection.closed:
            try:
                self._connection.execute("ROLLBACK")
            except psycopg.Error:
                # It went with the statement that failed; that error is already on its way.
                self._connection.close()


def _settings(settings: Mapping[str, str], *, local: bool) -> Order:
    """Return one statement that sets everything, for the transaction or for the session."""
    calls = ", ".join(f"pg_catalog.set_config(%s, %s, {'true' if local else 'false'})" for _ in settings)
    return Order(f"SELECT {calls or 1}", [text for pair in settings.items() for text in pair] or None)
