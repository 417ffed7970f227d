"""Looking at a transaction that runs: from inside, as its own session, and from outside, as the builder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.migrate.rehearsal.answer import RANK, Changed, RelationLock
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.twin.scratch import Inventory, Known

Held = frozenset[tuple[int, str]]
"""Relations by oid, with each mode that is held on them."""

MARK = "SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::numeric % 4294967296)::text"
"""The first transaction id that nobody has yet, as a 32 bit number."""
RELATIONS_NOW = query_file("pgplumb.migrate.rehearsal", "relations_now")
CHANGED_ROWS = query_file("pgplumb.migrate.rehearsal", "changed_rows")
ASIDE = (
    "SAVEPOINT pgplumb_aside",
    "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),"
    " pg_catalog.set_config('role', 'none', true), pg_catalog.set_config('statement_timeout', '0', true)",
)
"""Put aside what the script has set, so that our own statements mean what they say."""
BACK = ("ROLLBACK TO SAVEPOINT pgplumb_aside", "RELEASE SAVEPOINT pgplumb_aside")


@dataclass(frozen=True, slots=True)
class State:
    """How things stand: files since the rehearsal began, counters and written rows since the transaction did."""

    locked: frozenset[int] = frozenset()
    files: Mapping[int, int] = field(default_factory=dict)
    """relfilenode by oid, of what was locked and of its indexes."""
    indexes: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """The same for indexes, by table and name: some are made anew under another oid."""
    gone: frozenset[int] = frozenset()
    """What was locked and is there no more."""
    scans: Mapping[int, int] = field(default_factory=dict)
    triggered: frozenset[int] = frozenset()
    """Tables with triggers or foreign keys."""
    written: Mapping[str, Changed] = field(default_factory=dict)
    """Catalog rows that it wrote, by their place."""

    def anew(self, scans: Mapping[int, int]) -> State:
        """Return how things stand when another transaction begins."""
        return State(files=self.files, indexes=self.indexes, gone=self.gone, scans=scans)

    def then(self, locked: frozenset[int], now: Iterable[Row], written: Iterable[Row]) -> State:
        """Return how things stand after a statement: rows of `relations_now` and `changed_rows`."""
        rows = list(now)
        files = {oid: file for oid, _, _, _, _, file, *_ in rows}
        kept = {place: file for place, file in self.indexes.items() if place[0] not in locked}
        return State(
            locked,
            {**self.files, **files},
            {**kept, **{(t, dotted(s, name)): file for _, s, name, _, t, file, *_ in rows if t}},
            self.gone | {oid for oid in locked if oid not in files},
            {**self.scans, **{oid: count for oid, _, _, kind, _, _, count, _ in rows if kind in "rm"}},
            frozenset(oid for oid, *_, triggered in rows if triggered),
            {place: Changed(kind, identity) for place, kind, identity in written},
        )


@dataclass(slots=True)
class Inside:
    """Our own statements in the session that is rehearsed, within its transaction."""

    connection: psycopg.Connection[Row]
    mark: str = ""
    scans: dict[int, int] = field(default_factory=dict)
    """What the counters said before."""

    def begin(self) -> None:
        """Note where the transaction begins; to be called inside it, before its first statement."""
        mark, scans = self._ask((MARK, None), (query_file(__package__, "scans_before"), None))
        self.mark = str(mark[0][0])
        self.scans = dict(scans)

    def state(self, before: State, relations: Iterable[int]) -> State:
        """Return how things stand, for the relations that are locked."""
        locked = frozenset(relations)
        wanted = {"relations": sorted(locked), "mark": self.mark}
        now, written = self._ask((RELATIONS_NOW, wanted), (CHANGED_ROWS, wanted))
        return before.then(locked, now, written)

    def _ask(self, *statements: tuple[str, Mapping[str, object] | None]) -> list[list[Row]]:
        """Run statements aside, in one round trip."""
        with self.connection.pipeline():
            for text in ASIDE:
                self.connection.execute(text.encode())
            cursors = [self.connection.execute(text.encode(), params) for text, params in statements]
            for text in BACK:
                self.connection.execute(text.encode())
        return [cursor.fetchall() for cursor in cursors]


def locks_of(builder: psycopg.Connection[Row], pid: int) -> list[Row]:
    """Return relation (None for other kinds of locks), mode, whether it is granted and the transaction, by lock."""
    return builder.execute(query_file(__package__, "locks_held").encode(), [pid]).fetchall()


def held_by(builder: psycopg.Connection[Row], pid: int) -> Held:
    """Return what a backend holds on relations of users."""
    rows = locks_of(builder, pid)
    return frozenset((oid, mode) for oid, mode, granted, _ in rows if granted and oid is not None)


def named(held: Iterable[tuple[int, str]], inventory: Inventory) -> tuple[RelationLock, ...]:
    """Return the strongest lock on each relation that existed before, by name; toast is its table's own matter."""
    strongest: dict[int, str] = {}
    for oid, mode in held:
        if oid in inventory and (oid not in strongest or RANK[strongest[oid]] < RANK[mode]):
            strongest[oid] = mode
    locks = []
    for oid, mode in strongest.items():
        known = inventory[oid]
        table = inventory[known.table].name if known.table in inventory else None
        locks.append(RelationLock(known.name, mode, known.kind, table))
    return tuple(sorted(locks, key=lambda lock: (lock.object, lock.is_index)))


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of relations that existed before, between two states."""

    rewrites: tuple[str, ...]
    emptied: tuple[str, ...]
    rebuilds: tuple[str, ...]
    scans: tuple[str, ...]
    dropped: tuple[str, ...]
    changed: tuple[Changed, ...]


def effect(before: State, after: State, inventory: Inventory, *, empties: bool) -> Effect:
    """Return what happened between two states. `empties` says that a new file is an empty one."""
    seen = [inventory[oid] for oid in after.locked if oid in inventory]
    new = sorted(
        k.name
        for k in seen
        if k.kind in "rm" and k.oid in after.files and after.files[k.oid] != before.files.get(k.oid, k.file)
    )
    rebuilt = [
        index.name
        for table in seen
        for index in inventory.indexes.get(table.oid, ())
        if index.kind == "i"
        and (index.oid not in before.gone or (index.table, index.name) in before.indexes)
        and _built_again(before, after, index)
    ]
    scans = {
        inventory[oid].name
        for oid, count in after.scans.items()
        if oid in inventory and count > before.scans.get(oid, 0)
    }
    return Effect(
        rewrites=() if empties else tuple(new),
        emptied=tuple(new) if empties else (),
        rebuilds=() if empties else tuple(sorted(rebuilt)),
        scans=tuple(sorted(scans)),
        dropped=tuple(sorted(inventory[oid].name for oid in after.gone - before.gone if oid in inventory)),
        changed=tuple(
            change for place, change in sorted(after.written.items()) if place not in before.written
        ),
    )


def _built_again(before: State, after: State, index: Known) -> bool:
    """Whether an index has a new file; one that is gone has it where another was made under its name.

    One that is still there is what it was, whatever it and others are called now.
    """
    if index.oid in after.gone or index.oid not in after.files:
        place = index.table, index.name
        now, was = after.indexes.get(place), before.indexes.get(place)
    else:
        now, was = after.files[index.oid], before.files.get(index.oid)
    return now not in (None, was or index.file)
