"""Writes the statistics of columns; a row that a twin's types refuse is written without its values."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING

import psycopg

from pgplumb.foundation.names import dotted
from pgplumb.twin.statistics.guard import UNTRUSTED, trusted
from pgplumb.twin.statistics.text import text

if TYPE_CHECKING:
    from pgplumb.server.rows import Row

_VALUELESS = (
    "UPDATE pgplumb_column SET mcv = NULL, histogram = NULL, elements = NULL, element_counts = NULL,"
    " lengths = NULL, empty = NULL, bounds = NULL WHERE id = %s RETURNING schema, name, attname"
)


def write_columns(connection: psycopg.Connection[Row], failed: MutableMapping[str, list[str]]) -> int:
    """Insert the rows that wait into pg_statistic; return how many."""
    if not trusted(connection):
        refused = connection.execute(text("untrusted", connection.info.server_version)).fetchall()
        for schema, relation, column in sorted(refused):
            failed.setdefault(dotted(schema, relation), []).append(f"values of column {column}: {UNTRUSTED}")
    row = connection.execute("SELECT coalesce(max(id), 0) FROM pgplumb_column").fetchone()
    assert row is not None
    return _insert(connection, 1, int(row[0]), failed) if row[0] else 0


def _insert(
    connection: psycopg.Connection[Row], first: int, last: int, failed: MutableMapping[str, list[str]]
) -> int:
    """Insert a span of rows; where one is refused, halve the span until it is found."""
    sql = "INSERT INTO pg_statistic " + text("row", connection.info.server_version)
    try:
        with connection.transaction():
            return connection.execute(sql.encode(), {"first": first, "last": last}).rowcount
    except psycopg.Error as error:
        if connection.closed:
            raise
        if first < last:
            middle = (first + last) // 2
            return _insert(connection, first, middle, failed) + _insert(connection, middle + 1, last, failed)
        # The server's words would show the value.
        why = f"the twin refuses them ({error.sqlstate})"
    [(schema, relation, column)] = connection.execute(_VALUELESS, [first]).fetchall()
    failed.setdefault(dotted(schema, relation), []).append(f"values of column {column}: {why}")
    return connection.execute(sql.encode(), {"first": first, "last": last}).rowcount
