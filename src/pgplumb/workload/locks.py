"""Which relations are held, or about to be held, so that even reading about them would wait.

Source: https://www.postgresql.org/docs/current/view-pg-locks.html, readable by every role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.server.session import Unit


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
        """For a cell: "locked by 4121 · ALTER TABLE · 12 s"."""
        raise NotImplementedError


def locked_relations(unit: Unit) -> Mapping[int, LockHolder]:
    """Return relations of this database with ACCESS EXCLUSIVE held or waited for by others, by oid.

    Works for a role without any grant: it then names the pid but neither statement nor time.
    """
    raise NotImplementedError
