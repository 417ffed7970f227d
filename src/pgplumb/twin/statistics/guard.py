"""Keeps functions of the target's own from running while a twin's superuser writes its statistics.

A value is read back by its type. That runs a domain's checks; comparing values runs the functions of operator classes;
every CREATE fires event triggers. All of them may be a stranger's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgplumb.twin.statistics.text import text

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row

UNTRUSTED = "values of its type are compared by functions that must not run here"
_STILL = "UPDATE pg_event_trigger SET evtenabled = 'D' WHERE oid = ANY(%s)"
_TRIGGERS = "SELECT oid, evtenabled::text FROM pg_event_trigger WHERE evtenabled <> 'D'"


@contextmanager
def guarded(connection: psycopg.Connection[Row]) -> Iterator[None]:
    """Within a transaction: have no domain check and no event trigger run until the block ends."""
    version = connection.info.server_version
    triggers = connection.execute(_TRIGGERS).fetchall()
    connection.execute(_STILL, [[oid for oid, _ in triggers]])
    connection.execute(text("guard", version))
    # After an error the transaction is rolled back, which puts everything back too.
    yield
    connection.execute(text("unguard", version))
    for oid, enabled in triggers:
        connection.execute("UPDATE pg_event_trigger SET evtenabled = %s WHERE oid = %s", [enabled, oid])


def trusted(connection: psycopg.Connection[Row]) -> bool:
    """Tell whether values of every type may be compared."""
    row = connection.execute(text("trusted", connection.info.server_version)).fetchone()
    return bool(row and row[0])
