"""What a rehearsal found: measured in the twin, statement by statement. What could not be measured is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pgplumb.twin.answers import Notice

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog

_MODES = (
    "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
    "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
)  # fmt: skip
RANK = {mode: rank for rank, mode in enumerate(_MODES)}
"""How strong a mode is, by the name that `pg_locks` prints."""


@dataclass(frozen=True, slots=True)
class RelationLock:
    """The strongest lock on a relation or index that existed before the rehearsal."""

    object: str
    """Qualified, by the name from before."""
    mode: str
    """As `pg_locks` prints it."""
    kind: str
    """pg_class.relkind."""
    table: str | None = None
    """The table of an index."""

    @property
    def is_index(self) -> bool:
        """Whether an index is locked; its table is named apart where it is locked too."""
        return self.kind in "iI"


@dataclass(frozen=True, slots=True)
class Changed:
    """One catalog row that a statement wrote."""

    kind: str
    """As `pg_identify_object` calls it: "table", "table column", "index", "policy"."""
    identity: str
    """Its name and what it is on, from the server."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a statement did not run."""

    sqlstate: str
    message: str
    position: int | None
    """Where in the statement, in characters, from 1."""
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RehearsedStatement:
    """What one statement did to relations that existed before the whole rehearsal."""

    index: int
    locks: tuple[RelationLock, ...] = ()
    """The strongest on each that it took: what it shares with earlier statements of its transaction, and takes
    again, counts where `locks_exact`."""
    brief: tuple[RelationLock, ...] = ()
    """Those of a transaction of its own that only takes locks, and ends before the work on any relation begins."""
    locks_exact: bool = True
    """False where a statement before it held locks that hide the ones that it takes again."""
    held: tuple[RelationLock, ...] = ()
    """All that its transaction held when it had run."""
    rewrites: tuple[str, ...] = ()
    """Tables, partitions and materialized views whose rows went to a new file."""
    emptied: tuple[str, ...] = ()
    """Those that got a new, empty file at once (TRUNCATE)."""
    rebuilds: tuple[str, ...] = ()
    """Indexes from before that were built again."""
    scans: tuple[str, ...] = ()
    """Tables that were read in full, by an index build too."""
    changed: tuple[Changed, ...] = ()
    dropped: tuple[str, ...] = ()
    """Relations and indexes that are gone after it."""
    error: Failure | None = None
    notices: tuple[Notice, ...] = ()
    seconds: float = 0.0
    unknown: tuple[str, ...] = ()
    """What could not be told, for people; not empty means that nothing here may be called safe."""
    ran: bool = True
    """Whether it ran to its end."""
    refused: bool = False
    """Whether it was never sent: it has no place in the twin."""

    @property
    def table_locks(self) -> dict[str, str]:
        """The strongest mode for each relation, its indexes counted to it."""
        return _strongest((*self.locks, *self.brief))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Every statement, in order, and what would be there afterwards."""

    mode: Literal["transaction", "autocommit"]
    statements: tuple[RehearsedStatement, ...]
    executes: bool | None
    """False where a statement fails whatever the rows; None where that could not be told."""
    catalog_after: Catalog | None = None
    """The target's catalog as it would be: unchanged records are the same objects. None where it is not known."""
    seconds: float = 0.0
    with_rows: bool = False
    """Whether the tables held rows: then what fails, locks and scans on rows is seen too."""
    stopped: str = ""
    """Why it ended before its end: its time was over, or it was no longer wanted."""

    @property
    def sqlstate(self) -> str | None:
        """Of the first statement that fails."""
        return next((s.error.sqlstate for s in self.statements if s.error is not None), None)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What could not be told, over all statements."""
        found = [why for s in self.statements for why in s.unknown]
        return tuple(dict.fromkeys([*found, self.stopped] if self.stopped else found))

    def __iter__(self) -> Iterator[RehearsedStatement]:
        return iter(self.statements)


def _strongest(locks: tuple[RelationLock, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for lock in locks:
        name = lock.table or lock.object
        if name not in found or RANK[found[name]] < RANK[lock.mode]:
            found[name] = lock.mode
    return found
