"""Measured locks and work as effects, and the hazards of waiting that follow from them.

A lock counts for as long as its transaction holds it: work on one table keeps everybody out of another one too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgplumb.migrate.hazards.effect import (
    ACCESS_EXCLUSIVE,
    BLOCKS_WRITERS,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    Effects,
    Target,
    WorkKind,
    rank,
)
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.reading import grows
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World, split_name
from pgplumb.migrate.rehearsal.answer import RehearsedStatement, RelationLock

_TABLES = "rpmvf"
_LONG = frozenset({"UpdateStmt", "DeleteStmt", "MergeStmt", "RefreshMatViewStmt", "DoStmt", "CallStmt"})
_WHY: dict[WorkKind, str] = {
    "rewrite": "every row is written to a new file",
    "scan": "every row is read",
    "index": "an index is built",
    "rebuild": "an index of it is built again",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one statement was seen to do to tables that existed before."""

    own: Mapping[str, str]
    """The mode on each table that it took itself."""
    held: Mapping[str, str]
    """The mode on each table that its transaction held when it had run."""
    rewrites: tuple[str, ...]
    rebuilt: tuple[str, ...]
    """Tables of which an index was built again, and which were not rewritten."""
    scans: tuple[str, ...]
    """Tables read in full: what grows with the table, not what a planner did because it is small."""
    shut: frozenset[str]
    """Tables of which an index is locked against everybody, so that no query on them can be planned."""
    copies: frozenset[str]
    """Materialized views: nobody writes to them."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Tables whose reading is not part of writing them or their indexes anew."""
        return tuple(t for t in self.scans if t not in self.rewrites and t not in self.rebuilt)

    @property
    def work(self) -> tuple[str, ...]:
        """Tables with work that grows with them."""
        return tuple(dict.fromkeys((*self.rewrites, *self.rebuilt, *self.scans)))


def measured(step: Step, seen: RehearsedStatement, world: World) -> Measured:
    """Read a rehearsed statement."""
    locks = (*seen.locks, *seen.held)
    table_of = {lock.object: lock.table for lock in locks if lock.is_index and lock.table}
    for name in seen.rebuilds:
        if name not in table_of:
            table, _ = world.index_table(split_name(name))
            table_of[name] = table.id if table else name
    exclusive = {lock.object for lock in locks if lock.is_index and lock.mode == ACCESS_EXCLUSIVE}
    rebuilt = {table_of[name] or name for name in seen.rebuilds}
    own = _modes((*seen.locks, *seen.brief))
    # A concurrent form takes the old index away at its end, which is over in a moment.
    lasting = _modes(seen.locks)
    strong = {name for name, mode in lasting.items() if rank(mode) >= BLOCKS_WRITERS}
    return Measured(
        own=own,
        held=_modes(locks),
        rewrites=seen.rewrites,
        rebuilt=tuple(sorted(rebuilt - set(seen.rewrites))),
        scans=tuple(
            name
            for name in seen.scans
            # The indexes of an emptied table are made anew over its new file, in which there is nothing.
            if name not in seen.emptied
            # Who locks a table so strongly to read it does more than a query: it calls code that changes tables.
            and (
                rank(lasting.get(name, "AccessShareLock")) >= BLOCKS_WRITERS or grows(step.node, name, world)
            )
        ),
        shut=frozenset(table_of[name] or name for name in seen.rebuilds if name in exclusive) & strong,
        copies=frozenset(lock.object for lock in locks if lock.kind == "m"),
    )


def _modes(locks: Sequence[RelationLock]) -> dict[str, str]:
    found: dict[str, str] = {}
    for lock in locks:
        if lock.kind in _TABLES and rank(lock.mode) >= rank(found.get(lock.object, lock.mode)):
            found[lock.object] = lock.mode
    return dict(sorted(found.items()))


def effects_from(found: Measured, static: Effects, world: World) -> Effects:
    """Return effects as they were measured; reasons are taken over from those that were read off the text."""
    effects = Effects()
    for lock in static.locks:
        if not lock.target.existed and not lock.target.missing:
            effects.lock(lock.target, lock.mode)
    for name, mode in found.own.items():
        effects.lock(Target(name, existed=True), mode)
    indexed = {
        leaf for w in static.work if w.kind == "index" for leaf in (w.target.id, *world.leaves(w.target))
    }
    kinds: list[tuple[WorkKind, tuple[str, ...]]] = [
        ("rewrite", found.rewrites),
        ("rebuild", found.rebuilt),
        ("index", tuple(t for t in found.reads if t in indexed)),
        ("scan", tuple(t for t in found.reads if t not in indexed)),
    ]
    for kind, names in kinds:
        for name in (*names, *_parents(names, found, world)):
            effects.does(Target(name, existed=True), kind, _why(name, kind, static, world), "rehearsed")
    return effects


def _parents(names: Sequence[str], found: Measured, world: World) -> list[str]:
    """Return the partitioned tables that are locked and that some relations hold the rows of."""
    return [
        table
        for table in found.held
        if table not in names and set(names) & set(world.leaves(Target(table, existed=True)))
    ]


def _why(name: str, kind: WorkKind, static: Effects, world: World) -> str:
    for work in static.work:
        if work.kind == kind and name in (work.target.id, *world.leaves(work.target)):
            return work.why
    return _WHY[kind]


def waiting(
    step: Step, found: Measured, before: Mapping[str, str], effects: Effects, world: World
) -> Iterator[Hazard]:
    """Give who has to wait and for how long. `before` is what the transaction held before the statement."""
    yield from _kinds_of_work(step, found, effects, world)
    blocked, stopped = _blocked(found)
    doing = _doing(found)
    if blocked:
        yield _hazard(
            "blocks-reads-and-writes", step, blocked, f"readers and writers of {{}} wait while {doing}"
        )
    if stopped:
        yield _hazard("blocks-writes", step, stopped, f"writers of {{}} wait while {doing}")
    idle = {name: mode for name, mode in found.own.items() if name not in (*blocked, *stopped)}
    brief = [name for name, mode in idle.items() if mode == ACCESS_EXCLUSIVE]
    if brief:
        yield _hazard("brief-access-exclusive", step, brief, "readers and writers of {} wait for a moment")
    brief = [name for name, mode in idle.items() if mode in (SHARE, SHARE_ROW_EXCLUSIVE)]
    if brief:
        yield _hazard("brief-write-block", step, brief, "writers of {} wait for a moment")
    yield from _transaction(step, found, before)


def _kinds_of_work(step: Step, found: Measured, effects: Effects, world: World) -> Iterator[Hazard]:
    strong = [n for n, mode in found.held.items() if rank(mode) >= BLOCKS_WRITERS and n not in found.copies]
    why = {(work.target.id, work.kind): work.why for work in effects.work}
    for name in found.rewrites:
        text = (
            f"{name}{_extent(name, world)} and its indexes are written anew: {why.get((name, 'rewrite'), '')}"
        )
        yield hazard("table-rewrite", step.index, (name,), text, source="rehearsed")
    for name in found.rebuilt:
        if name in strong:
            text = f"{name}{_extent(name, world)}: {why.get((name, 'rebuild'), _WHY['rebuild'])}"
            yield hazard("index-rebuild", step.index, (name,), text, source="rehearsed")
    for name in found.reads:
        if name in strong:
            reason = why.get((name, "scan")) or why.get((name, "index")) or _WHY["scan"]
            text = f"every row of {name}{_extent(name, world)} is read under a strong lock: {reason}"
            yield hazard("full-scan-under-lock", step.index, (name,), text, source="rehearsed")


def _blocked(found: Measured) -> tuple[list[str], list[str]]:
    """Return the tables that nobody can read, and those that nobody can write, while there is work."""
    if not found.work:
        return [], []
    blocked = [n for n, mode in found.held.items() if mode == ACCESS_EXCLUSIVE or n in found.shut]
    stopped = [
        name
        for name, mode in found.held.items()
        if name not in blocked and rank(mode) >= BLOCKS_WRITERS and name not in found.copies
    ]
    return blocked, stopped


def _doing(found: Measured) -> str:
    if found.rewrites:
        return f"{_some(found.rewrites)} is written anew"
    if found.rebuilt:
        return f"indexes of {_some(found.rebuilt)} are built again"
    return f"every row of {_some(found.scans)} is read"


def _transaction(step: Step, found: Measured, before: Mapping[str, str]) -> Iterator[Hazard]:
    """Give what comes of the locks that statements before it took."""
    together = [name for name, mode in found.held.items() if rank(mode) >= rank(SHARE_ROW_EXCLUSIVE)]
    earlier = [name for name, mode in before.items() if rank(mode) >= rank(SHARE_ROW_EXCLUSIVE)]
    if len(together) > 1 and len(earlier) < 2:
        where = "this transaction" if earlier else "this statement"
        text = f"{where} holds strong locks on {{}}: in another order elsewhere, that is a deadlock"
        yield _hazard("locks-several-tables", step, together, text)
    shut = [name for name, mode in before.items() if mode == ACCESS_EXCLUSIVE]
    node = step.node
    select = node.node("selectStmt") if node.kind == "InsertStmt" else None
    copies = select is not None and bool(select.nodes("fromClause"))
    if shut and (found.work or node.kind in _LONG or copies):
        text = "{} stays locked against everybody while this runs: commit before it"
        yield _hazard("long-work-after-exclusive-lock", step, shut, text)


def _hazard(id: str, step: Step, names: Sequence[str], message: str) -> Hazard:  # noqa: A002
    return hazard(id, step.index, names, message.replace("{}", _some(names)), source="rehearsed")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _extent(name: str, world: World) -> str:
    return world.extent(Target(name, existed=True))
