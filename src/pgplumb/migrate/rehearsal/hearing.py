"""What a server says beside its answers: notices, and errors as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.migrate.rehearsal.answer import Failure
from pgplumb.twin.answers import Notice

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row

_KEPT = 200
_LONGEST = 4000


class Hearing:
    """The notices of one connection, for a block."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._heard: list[Notice] = []

    def __enter__(self) -> Hearing:
        self._connection.add_notice_handler(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.remove_notice_handler(self._hear)

    def taken(self) -> tuple[Notice, ...]:
        """Return what was heard since the last call."""
        heard, self._heard = tuple(self._heard), []
        return heard

    def _hear(self, said: psycopg.errors.Diagnostic) -> None:
        if len(self._heard) < _KEPT:
            texts = (said.message_primary, said.sqlstate, said.message_detail, said.message_hint)
            self._heard.append(
                Notice(said.severity_nonlocalized or "", *((t or "")[:_LONGEST] for t in texts))
            )


def failure(error: psycopg.Error) -> Failure:
    """Return an error of the server's as a value."""
    said = error.diag
    position = int(said.statement_position) if said.statement_position else None
    texts = (said.message_primary, said.message_detail, said.message_hint)
    message, detail, hint = ((text or "")[:_LONGEST] for text in texts)
    return Failure(said.sqlstate or "", message, position, detail, hint)


def is_end(error: psycopg.Error) -> bool:
    """Whether an error is no answer to the statement, but the end of the connection."""
    return error.sqlstate is None or error.sqlstate.startswith("57P")


def ended(error: BaseException) -> str:
    """Return how such an end is said."""
    return "the twin's server ended the connection: " + " ".join(str(error).split())[:400]
