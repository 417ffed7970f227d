"""Who holds, or waits for, ACCESS EXCLUSIVE: what even a reader of the catalogs must go around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.catalog.statement import statement
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import age, sanitise
from pgplumb.server.rows import Row
from pgplumb.server.session import Session, Unit


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The session to name when a relation cannot be opened."""

    relation: int
    pid: int
    """0 for a prepared transaction."""
    granted: bool
    """False while it waits: whoever asks now queues behind it."""
    verb: str | None
    """First words of its statement; None where the role may not see it."""
    seconds: float | None

    @property
    def summary(self) -> str:
        """ "locked by 4121 · ALTER TABLE · 12 s"."""
        who = f"by {self.pid}" if self.pid else "by a prepared transaction"
        parts = [f"locked {who}" if self.granted else f"lock awaited {who}"]
        if self.verb:
            parts.append(sanitise(self.verb))
        if self.seconds is not None:
            parts.append(age(self.seconds))
        return " · ".join(parts)


def holders(rows: list[Row]) -> Mapping[int, LockHolder]:
    """Return the first holder of each relation from the rows of `locked.sql`."""
    found: dict[int, LockHolder] = {}
    for relation, pid, granted, verb, seconds in rows:
        found.setdefault(relation, LockHolder(relation, pid, granted, verb, seconds))
    return found


def read_locked(unit: Unit, version: int) -> Mapping[int, LockHolder]:
    """Return locked relations of this database by oid."""
    return holders(unit.query(statement("locked", version)))


def look(session: Session) -> Mapping[int, LockHolder]:
    """Return locked relations in a unit of its own, one round trip."""
    return holders(session.once(statement("locked", session.server_version)).all())


def unread(found: Mapping[int, LockHolder]) -> Mapping[int, Unread]:
    """Return, for each locked relation, why its expressions were not read."""
    return {oid: Unread(holder.summary) for oid, holder in found.items()}
