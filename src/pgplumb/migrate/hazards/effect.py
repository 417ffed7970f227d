"""What one statement does to relations: the locks it takes and the work that grows with their size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pgplumb.migrate.hazards.hazard import Source

ACCESS_SHARE = "AccessShareLock"
ROW_SHARE = "RowShareLock"
ROW_EXCLUSIVE = "RowExclusiveLock"
SHARE_UPDATE_EXCLUSIVE = "ShareUpdateExclusiveLock"
SHARE = "ShareLock"
SHARE_ROW_EXCLUSIVE = "ShareRowExclusiveLock"
EXCLUSIVE = "ExclusiveLock"
ACCESS_EXCLUSIVE = "AccessExclusiveLock"

MODES = (
    ACCESS_SHARE, ROW_SHARE, ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE,
    ACCESS_EXCLUSIVE,
)  # fmt: skip
"""From weakest to strongest, as `pg_locks` prints them."""

_RANK = {mode: rank for rank, mode in enumerate(MODES)}
BLOCKS_WRITERS = _RANK[SHARE]


def rank(mode: str) -> int:
    """Return how strong a mode is."""
    return _RANK[mode]


WorkKind = Literal["rewrite", "scan", "index", "rebuild"]
"""A new file for the table; a reading of every row; a new index; an existing index built again."""


@dataclass(frozen=True, slots=True)
class Target:
    """A relation that a statement names."""

    id: str
    """`public.orders`."""
    existed: bool
    """Whether it was there before the migration: only then does anybody use it."""
    missing: bool = False
    """Whether the catalog was read and does not have it."""


@dataclass(frozen=True, slots=True)
class Lock:
    """The strongest lock of a statement on one relation."""

    target: Target
    mode: str


@dataclass(frozen=True, slots=True)
class Work:
    """Work on one relation that takes longer the larger it is."""

    target: Target
    kind: WorkKind
    why: str
    """Continues "because": "the default is volatile"."""
    source: Source = "static"


class Effects:
    """The effects of one statement, collected while its tree is read."""

    __slots__ = ("_locks", "undecided", "work")

    def __init__(self) -> None:
        self._locks: dict[str, Lock] = {}
        self.work: list[Work] = []
        self.undecided: list[str] = []
        """What could not be told, for people."""

    @property
    def locks(self) -> tuple[Lock, ...]:
        """Locks in the order in which the statement names their relations."""
        return tuple(self._locks.values())

    def lock(self, target: Target, mode: str) -> None:
        """Note a lock; of two on one relation the stronger stays."""
        found = self._locks.get(target.id)
        if found is None or rank(found.mode) < rank(mode):
            self._locks[target.id] = Lock(target, mode)

    def mode_on(self, target_id: str) -> str | None:
        """Return the lock that is taken on a relation."""
        found = self._locks.get(target_id)
        return found.mode if found else None

    def does(self, target: Target, kind: WorkKind, why: str, source: Source = "static") -> None:
        """Note work on a relation, once for each kind."""
        if not any(w.target.id == target.id and w.kind == kind for w in self.work):
            self.work.append(Work(target, kind, why, source))

    def unsure(self, reason: str) -> None:
        """Note what could not be told."""
        if reason not in self.undecided:
            self.undecided.append(reason)
