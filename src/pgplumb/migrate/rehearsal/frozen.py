"""Reading the locks of a statement that runs outside of transactions, phase by phase.

Over empty tables it is over before anybody looks. So the builder holds locks that stop it at each of its phases, from
the one that any such statement waits for to the one that only the last phase does, and lets go of one at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.migrate.rehearsal.looking import locks_of
from pgplumb.sql.node import Node
from pgplumb.twin import wire

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.twin.answers import Outcome
    from pgplumb.twin.scratch import Scratch

_SHARED_BLOCKS = ("SHARE UPDATE EXCLUSIVE", "ROW EXCLUSIVE")
"""Held on all relations at once: every such statement waits for the first, index builds for the second as well."""
_LAST_BLOCK = "ACCESS SHARE"
"""Held on each relation apart: what waits for readers does so one relation after the other."""
MOST_RELATIONS = 4
_PAUSE = 0.0005
_BLOCKERS = b"SELECT pg_catalog.unnest(pg_catalog.pg_blocking_pids(%s))"
_LEAVES = b"""
SELECT t.relid::oid::int8 FROM unnest(%s::oid[]) p, pg_catalog.pg_partition_tree(p::regclass) t
JOIN pg_catalog.pg_class c ON c.oid = t.relid WHERE t.isleaf AND c.relkind = 'r' ORDER BY t.relid
"""


class Frozen:
    """The locks that one backend was seen to hold or ask for while its statement ran.

    REINDEX of a partitioned table locks the whole tree in a transaction of its own, then each partition in another:
    what it does to one of them it does to all.
    """

    def __init__(self, scratch: Scratch, relations: Sequence[int], *, tree: bool = False) -> None:
        self._scratch = scratch
        self.named = tuple(relations)
        self._tree = tree and any(scratch.inventory[oid].kind == "p" for oid in relations)
        roots = [oid for oid in relations if self._tree and scratch.inventory[oid].kind == "p"]
        self.relations = tuple(relations[:MOST_RELATIONS])
        self._roots = tuple(roots[:MOST_RELATIONS])
        self._read = tuple([oid for oid in relations if oid not in roots][:MOST_RELATIONS])
        self._seen: dict[str, set[tuple[int, str]]] = {}
        """By transaction, in the order in which they ran."""

    @property
    def seen(self) -> set[tuple[int, str]]:
        """Relations with the modes on them, while there is work."""
        late = [locks for locks in self._seen.values() if not self._tree or locks is not self._first]
        return self._spread({pair for locks in late for pair in locks})

    @property
    def brief(self) -> set[tuple[int, str]]:
        """The same of a transaction that only locks, and ends before the work begins."""
        return self._spread(self._first) if self._tree else set()

    @property
    def _first(self) -> set[tuple[int, str]]:
        return next(iter(self._seen.values()), set())

    def _spread(self, seen: set[tuple[int, str]]) -> set[tuple[int, str]]:
        """Add what holds of all partitions because it was seen of one."""
        if not self._tree:
            return seen
        leaves = {oid for oid in self.named if self._scratch.inventory[oid].kind == "r"}
        modes = {mode for oid, mode in seen if oid in leaves}
        return seen | {(leaf, mode) for leaf in leaves for mode in modes}

    def run(self, text: str) -> Outcome:
        """Run a statement to its end on the cage role's connection. Raises psycopg.Error, as it does."""
        done: list[Outcome] = []
        failed: list[Exception] = []
        connection = self._scratch.caged
        pid = connection.info.backend_pid

        def send() -> None:
            try:
                done.append(wire.send(connection, text))
            except Exception as error:
                failed.append(error)

        with ExitStack() as stack:
            blocks = [(stack.enter_context(ExitStack()), *what) for what in self._blocks()]
            waiting = {
                block.enter_context(_holding(self._scratch, relations, mode, planned=self._tree)): block
                for block, relations, mode in blocks
            }
            thread = threading.Thread(target=send, name="twin statement", daemon=True)
            thread.start()
            while thread.is_alive():
                if self._waits(pid) and waiting:
                    waiting.pop(self._blocker(pid, waiting)).close()
                else:
                    time.sleep(_PAUSE)
            thread.join()
        if failed:
            raise failed[0]
        return done[0]

    def _blocks(self) -> list[tuple[Sequence[int], str]]:
        if not self.relations:
            return []
        shared: list[tuple[Sequence[int], str]] = [(self.relations, mode) for mode in _SHARED_BLOCKS]
        if self._tree:
            # The whole waits for writers apart from the partitions.
            shared[1:] = [(part, _SHARED_BLOCKS[1]) for part in (self._roots, self._read) if part]
        return shared + [([relation], _LAST_BLOCK) for relation in self._read]

    def _blocker(self, pid: int, waiting: Mapping[int, object]) -> int:
        """Return which of the connections that hold locks is waited for, or the one that comes first."""
        found = {blocker for (blocker,) in self._scratch.builder.execute(_BLOCKERS, [pid]).fetchall()}
        return next((one for one in waiting if one in found), next(iter(waiting)))

    def _waits(self, pid: int) -> bool:
        """Look at the locks, and note them; whether it waits for one."""
        rows = locks_of(self._scratch.builder, pid)
        for oid, mode, _, transaction in rows:
            if oid is not None and oid >= 16384:
                self._seen.setdefault(transaction, set()).add((oid, mode))
        return any(not granted for _, _, granted, _ in rows)


@contextmanager
def _holding(scratch: Scratch, relations: Sequence[int], mode: str, *, planned: bool) -> Iterator[int]:
    """Hold locks on relations, as the builder, for a block; `planned` holds their indexes too, as readers do.

    Gives the process that holds them.
    """
    with scratch.connect_builder() as connection:
        named = [scratch.inventory[oid].name for oid in relations]
        connection.execute("BEGIN")
        for name in named:
            lock = sql.SQL("LOCK TABLE ONLY {} IN {} MODE").format(sql.SQL(name), sql.SQL(mode))
            connection.execute(lock)
            if planned and mode == _LAST_BLOCK:
                connection.execute(sql.SQL("EXPLAIN SELECT FROM ONLY {}").format(sql.SQL(name)))
        yield connection.info.backend_pid
        connection.execute("ROLLBACK")


def relations_of(node: Node, scratch: Scratch) -> list[int]:
    """Return the tables from before that a statement names, itself or by their indexes, as its session finds them.

    Partitions follow the tables that they are of: some statements work on one after the other, each in a transaction.
    """
    found: dict[int, None] = {}
    for name in _names(node):
        oid = _resolve(scratch.caged, name)
        known = scratch.inventory.get(oid)
        if known is not None:
            found[known.table if known.is_index else oid] = None
    named = [oid for oid in found if scratch.inventory[oid].kind in "rp"]
    parted = [oid for oid in named if scratch.inventory[oid].kind == "p"]
    leaves = scratch.builder.execute(_LEAVES, [parted]).fetchall() if parted else []
    return list(dict.fromkeys([*named, *(oid for (oid,) in leaves if oid in scratch.inventory)]))


def _names(node: Node) -> Iterator[tuple[str, ...]]:
    if node.kind == "DropStmt":
        yield from (item.words("items") for item in node.nodes("objects"))
    for item in (node, *node.walk()):
        for name in ("relation", "name"):
            found = item.node(name)
            if found is not None and found.text("relname"):
                schema = found.text("schemaname")
                yield (schema, found.text("relname")) if schema else (found.text("relname"),)


def _resolve(connection: psycopg.Connection[Row], name: tuple[str, ...]) -> int:
    text = sql.SQL(".").join(map(sql.Identifier, name)).as_string()
    row = connection.execute(
        "SELECT pg_catalog.to_regclass(%s)::pg_catalog.oid::pg_catalog.int8", [text]
    ).fetchone()
    return int(row[0] or 0) if row else 0
