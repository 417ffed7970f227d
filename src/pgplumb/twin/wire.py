"""One statement on the wire, and as much of its answer as is kept.

By the extended protocol, which takes one statement only: no text that a parser reads as one and a server as two
gets through. Rows are taken one at a time, so that a result of any length takes no memory of ours.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pgplumb.twin.answers import Outcome

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

    from pgplumb.server.rows import Row

ROWS_KEPT = 1000
_LONGEST = 10_000
"""Characters of a value that are kept."""
_PIECE = 32 * 1024


def send(connection: psycopg.Connection[Row], sql: str, data: bytes = b"") -> Outcome:
    """Run one statement; `data` is what COPY FROM STDIN reads. Raises psycopg.Error."""
    from psycopg import generators
    from psycopg.errors import error_from_result
    from psycopg.pq import ExecStatus

    started = time.monotonic()
    pgconn = connection.pgconn
    pgconn.send_query_params(sql.encode(), None)
    pgconn.set_single_row_mode()
    connection.wait(generators.send(pgconn))
    kept = _Kept()
    failed: psycopg.Error | None = None
    while (result := connection.wait(generators.fetch(pgconn))) is not None:
        if result.status == ExecStatus.COPY_IN:
            kept.take(_feed(connection, data))
        elif result.status == ExecStatus.COPY_OUT:
            kept.take(_drain(connection))
        elif result.status == ExecStatus.FATAL_ERROR:
            failed = failed or error_from_result(result)
        else:
            kept.take(result)
    if failed is not None:
        raise failed
    return Outcome(kept.tag, time.monotonic() - started, kept.columns, tuple(kept.rows), kept.count)


class _Kept:
    """What is kept of an answer."""

    def __init__(self) -> None:
        self.tag = ""
        self.columns: tuple[str, ...] = ()
        self.rows: list[tuple[str | None, ...]] = []
        self.count = 0

    def take(self, result: PGresult) -> None:
        """Take one piece of it."""
        self.columns = self.columns or tuple((result.fname(n) or b"").decode() for n in range(result.nfields))
        for row in range(result.ntuples):
            self.count += 1
            if len(self.rows) < ROWS_KEPT:
                self.rows.append(tuple(_value(result, row, n) for n in range(result.nfields)))
        self.tag = (result.command_status or b"").decode() or self.tag


def _feed(connection: psycopg.Connection[Row], data: bytes) -> PGresult:
    """Give COPY FROM STDIN its data, in pieces that libpq's buffer takes."""
    from psycopg import generators

    for start in range(0, len(data), _PIECE):
        connection.wait(generators.copy_to(connection.pgconn, data[start : start + _PIECE]))
    return connection.wait(generators.copy_end(connection.pgconn, None))


def _drain(connection: psycopg.Connection[Row]) -> PGresult:
    """Take what COPY TO STDOUT writes; its tag says how many rows it was."""
    from psycopg import generators

    while isinstance(result := connection.wait(generators.copy_from(connection.pgconn)), memoryview):
        continue
    return result


def _value(result: PGresult, row: int, column: int) -> str | None:
    value = result.get_value(row, column)
    return None if value is None else bytes(value)[: _LONGEST * 4].decode("utf-8", "replace")[:_LONGEST]
