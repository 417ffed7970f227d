"""Who holds, or waits for, ACCESS EXCLUSIVE: what even a reader of the catalogs must go around.

Source: https://www.postgresql.org/docs/current/view-pg-locks.html, readable by every role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import age, sanitise
from pgplumb.server.rows import Row
from pgplumb.sql.lexer import significant


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The session that holds ACCESS EXCLUSIVE on a relation or, first in line, waits for it."""

    relation: int
    pid: int
    """0 for a prepared transaction."""
    mode: str
    """As pg_locks prints it: AccessExclusiveLock."""
    granted: bool
    """False while it waits: whoever asks now queues behind it."""
    verb: str | None
    """The first words of its statement ("ALTER TABLE"); None where the role may not see it."""
    seconds: float | None
    """How long it has waited, or an upper bound of how long it has held: the age of its transaction."""
    state: str | None = None
    gid: str | None = None
    """The name of a prepared transaction."""

    @property
    def summary(self) -> str:
        """For a cell, what matters most first: "locked by 4121 · ALTER TABLE · 12 s, idle in transaction"."""
        name = str(self.pid) if self.pid else f"prepared transaction {sanitise(self.gid or '')}".rstrip()
        parts = [f"locked by {name}" if self.granted else f"{name} waits to lock it"]
        if self.verb:
            parts.append(self.verb)
        if self.seconds is not None:
            parts.append(age(self.seconds))
        idle = self.verb and self.state is not None and self.state.startswith("idle in transaction")
        return " · ".join(parts) + (", idle in transaction" if idle else "")


def holders(rows: list[Row]) -> Mapping[int, LockHolder]:
    """Return the session to name for each relation from the rows of `locked.sql`."""
    return {
        relation: LockHolder(relation, pid, mode, granted, verb(query), seconds, state, gid)
        for relation, pid, mode, granted, query, state, gid, seconds in rows
    }


def unread(found: Mapping[int, LockHolder]) -> Mapping[int, Unread]:
    """Return, for each locked relation, why its expressions were not read."""
    return {oid: Unread(holder.summary) for oid, holder in found.items()}


_OPENS_TRANSACTION = ("begin", "start")
_GOES_ON = frozenset(
    [
        *("table", "index", "concurrently", "materialized", "view", "unique", "full", "schema", "database"),
        *("type", "domain", "sequence", "trigger", "policy", "role", "extension", "function", "procedure"),
        *("publication", "statistics", "rule", "foreign", "partition", "unlogged", "into", "from"),
    ]
)


def verb(query: str | None) -> str | None:
    """Return the first words of a statement that say what it does: "ALTER TABLE", "VACUUM FULL".

    Comments and a leading BEGIN are passed over. Nothing but keywords comes through.
    """
    words: list[str] = []
    for token in significant(query or ""):
        if token.text == ";" and words and words[0] in _OPENS_TRANSACTION:
            words.clear()
        elif token.lower.isascii() and token.lower.isalpha() and (not words or token.lower in _GOES_ON):
            words.append(token.lower)
        elif not (words and words[0] in _OPENS_TRANSACTION):
            break
    return " ".join(words[:3]).upper() or None
