"""One apply at a time on a database: an advisory lock, held by a session that is otherwise idle.

Idle and in no transaction: a transaction that holds the lock would hold up every CONCURRENTLY. The same session
watches the other one, in short read-only transactions.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.session import Session

_PEEK = "SELECT pg_catalog.pg_backend_pid(), pg_catalog.current_setting('pgplumb.mark', true)"
_MARK = "SELECT pg_catalog.set_config('pgplumb.mark', %s, false)"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock."""

    pid: int
    user: str | None
    application: str
    client: str | None
    """The client's address; None for a Unix socket."""
    seconds: float | None
    """Since it connected."""


def take(session: Session) -> bool:
    """Take the lock for this session, if nobody has it; again where we have it already."""
    return bool(session.once(query_file(__package__, "guard_take"))[0][0])


def holder(session: Session) -> Holder | None:
    """Return who holds the lock."""
    rows = session.once(query_file(__package__, "guard_holder"))
    return Holder(*rows[0]) if rows else None


def held(session: Session, pid: int) -> bool:
    """Whether the lock is held by a server process."""
    found = holder(session)
    return found is not None and found.pid == pid


def pooled(session: Session, other: Session) -> str | None:
    """Return how it shows that a pooler shares server connections between transactions, or None.

    Two connections of ours take turns: each must keep its own server process and its own settings.
    """
    mark = secrets.token_hex(8)
    session.once(_MARK, (mark,))
    try:
        mine, theirs = session.once(_PEEK)[0], other.once(_PEEK)[0]
        again, theirs_again = session.once(_PEEK)[0], other.once(_PEEK)[0]
    finally:
        session.once(_MARK, ("",))
    if mine[0] == theirs[0] or theirs[1] == mark:
        return f"two connections of ours were given the same server process, {mine[0]}"
    if (mine[0], theirs[0]) != (again[0], theirs_again[0]):
        return "one connection was given two server processes in turn"
    if again[1] != mark:
        return "a setting of the session was gone with the next transaction"
    return None
