"""Statements of one read-only transaction, sent in as few round trips as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgplumb.server.errors import QueryError
from pgplumb.server.round_trip import round_trip
from pgplumb.server.rows import Row, Rows

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

Parameters = Sequence[object] | Mapping[str, object]

OURS = " /* pgplumb */"
"""Ends our statements, so that who reads pg_stat_statements or pg_stat_activity can tell them from an application's.

pg_stat_statements keeps a comment at the end of a statement in every version, one at its beginning only before 18.
"""


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

        That protocol takes several statements at once, and one of them could end our transaction: more than
        one are refused.
        """
        from pgplumb.sql.split import split

        if self._ended:
            raise RuntimeError("this unit has ended")
        if len(split(sql)) != 1:
            raise QueryError("the statement was not sent", "it is not one statement", "Give one at a time.")
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
                cursors.append(self._connection.execute(_ours(sql), params, binary=True))
            else:
                with round_trip(self._connection):
                    if not self._begun:
                        self._begun = True
                        for text in self._prologue:
                            self._connection.execute(_ours(text))
                    for sql, params in statements:
                        cursors.append(self._connection.execute(_ours(sql), params, binary=binary))
            return [Rows(cursor.pgresult) for cursor in cursors if cursor.pgresult is not None]
        except psycopg.Error as error:
            raise query_error(error, self._connection.closed, self._was_cancelled()) from None

    def _simple(self, sql: str) -> PGresult:
        import psycopg

        from pgplumb.server.failures import query_error

        try:
            found = self._connection.execute(sql.encode()).pgresult
        except psycopg.Error as error:
            raise query_error(error, self._connection.closed, self._was_cancelled()) from None
        assert found is not None
        return found


def _ours(sql: str) -> bytes:
    """Return what is sent. A COMMIT is not marked: an application's shares its entry of pg_stat_statements."""
    shared = sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"))
    return sql.encode() if shared else (sql + OURS).encode()


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
