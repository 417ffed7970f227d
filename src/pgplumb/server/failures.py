"""From psycopg's errors to ours, for statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.server.errors import LostConnection, QueryError

if TYPE_CHECKING:
    import psycopg

_ENDED = ("57P01", "57P02", "57P03", "57P05", "25P03")
"""The server ended the connection: shutdown, crash of another backend, idle timeouts."""


def query_error(error: psycopg.Error, lost: bool, cancelled: bool) -> QueryError | LostConnection:
    """Return what a failed statement means: `lost` if the connection is gone, `cancelled` if we asked for it."""
    diag = error.diag
    sqlstate = error.sqlstate
    said = diag.message_primary or str(error)
    if lost or sqlstate in _ENDED:
        return LostConnection("the connection to the server is lost", said, "Connect again, after a pause.")
    what, next_step = "the statement failed", diag.message_hint or ""
    if sqlstate == "57014" and cancelled:
        what = "the statement was cancelled"
    elif sqlstate == "57014":
        what, next_step = "the statement took too long", "Try again when the server is less busy."
    elif sqlstate == "55P03":
        what, next_step = (
            "a lock was not granted in time",
            "Try again when the session that holds it is done.",
        )
    elif sqlstate == "42501":
        what = "the role may not do this"
    elif sqlstate == "25006":
        what = "the server session is read-only"
    position = diag.statement_position
    return QueryError(
        what,
        said,
        next_step,
        sqlstate=sqlstate,
        position=int(position) if position else None,
        hint=diag.message_hint,
        detail=diag.message_detail,
        cancelled=cancelled and sqlstate == "57014",
    )
