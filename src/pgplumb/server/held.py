"""A connection that one user of it works on, and that any thread may stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row


class Held:
    """What sessions that read and those that write have in common."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._cancelled = False
        """Whether somebody asked for the statement at work to be stopped."""

    def cancel(self, timeout: float = 5.0) -> None:
        """Stop what runs now, from another thread; harmless when nothing runs."""
        from pgplumb.server.connecting import cancel

        self._cancelled = True
        cancel(self._connection, timeout)

    def close(self) -> None:
        """Close the connection; may be called twice."""
        self._connection.close()

    @property
    def closed(self) -> bool:
        """True after `close` and after the connection was lost."""
        return self._connection.closed
