"""Who has to wait, and for how long: read off the locks and the work of each statement."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effect import (
    ACCESS_EXCLUSIVE,
    ACCESS_SHARE,
    BLOCKS_WRITERS,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    Effects,
    Work,
    rank,
)
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, Source, hazard
from pgplumb.migrate.hazards.reading import read_in_full
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World, split_name


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find what keeps readers or writers out, in the statement and in its transaction."""
    yield from _work(step, effects, world)
    yield from _under_earlier(step, effects, world)
    yield from _brief(step, effects, world)
    yield from _several(step, effects, world)
    yield from _after_exclusive(step, effects, world)


def _work(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    for work in effects.work:
        mode = effects.mode_on(work.target.id)
        if not work.target.existed or mode is None or rank(mode) < BLOCKS_WRITERS:
            continue
        if mode != ACCESS_EXCLUSIVE and _is_copy(work, world):
            # Nobody writes to a materialized view.
            continue
        yield from _kind_of_work(step, work)
        if mode == ACCESS_EXCLUSIVE or (work.kind == "rebuild" and mode == SHARE):
            message = (
                f"{work.target.id}{world.extent(work.target)}: readers and writers wait while {_doing(work)}"
            )
            yield _found("blocks-reads-and-writes", step, work, message)
        else:
            message = f"{work.target.id}{world.extent(work.target)}: writers wait while {_doing(work)}"
            yield _found("blocks-writes", step, work, message)


def _under_earlier(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Work under a lock that an earlier statement of the transaction took."""
    own = {lock.target.id for lock in effects.locks if rank(lock.mode) >= BLOCKS_WRITERS}
    held = {name: mode for name, mode in _held(step, world).items() if name not in own}
    worked = [w.target.id for w in effects.work if w.target.existed]
    read = list(dict.fromkeys([*worked, *read_in_full(step.node, world)]))
    if not held or not read:
        return
    source: Source = "catalog" if world.catalog else "static"
    for hazard_id, who, names in (
        (
            "blocks-reads-and-writes",
            "readers and writers",
            [n for n, m in held.items() if m == ACCESS_EXCLUSIVE],
        ),
        ("blocks-writes", "writers", [n for n, m in held.items() if m != ACCESS_EXCLUSIVE]),
    ):
        if names:
            message = f"{who} of {_some(names)} still wait while every row of {_some(read)} is read"
            yield hazard(hazard_id, step.index, names, message, source=source)


def _held(step: Step, world: World) -> dict[str, str]:
    """Return the strong locks of the statements before it in its transaction that no ROLLBACK TO has let go."""
    if step.transaction is None:
        return {}
    before: list[Effects] = []
    saved: list[tuple[str, int]] = []
    for earlier in world.steps[: step.index]:
        if earlier.transaction != step.transaction:
            continue
        kind, name = earlier.node.text("kind"), earlier.node.text("savepoint_name")
        if kind == "TRANS_STMT_SAVEPOINT":
            saved.append((name, len(before)))
        elif kind == "TRANS_STMT_ROLLBACK_TO":
            before = before[: next((at for known, at in reversed(saved) if known == name), 0)]
        before.append(world.past[earlier.index])
    found: dict[str, str] = {}
    for past in before:
        for lock in past.locks:
            strong = rank(lock.mode) >= (
                rank(ACCESS_EXCLUSIVE) if _of_copy(lock.target.id, world) else BLOCKS_WRITERS
            )
            if (
                lock.target.existed
                and strong
                and rank(lock.mode) > rank(found.get(lock.target.id, ACCESS_SHARE))
            ):
                found[lock.target.id] = lock.mode
    return found


def _is_copy(work: Work, world: World) -> bool:
    return _of_copy(work.target.id, world)


def _of_copy(name: str, world: World) -> bool:
    record = world.find(split_name(name))[1]
    return record is not None and record.kind == "m"


def _kind_of_work(step: Step, work: Work) -> Iterator[Hazard]:
    name = work.target.id
    if work.kind == "rewrite":
        yield _found("table-rewrite", step, work, f"{name} and its indexes are written anew: {work.why}")
    elif work.kind == "rebuild":
        yield _found("index-rebuild", step, work, f"{name}: {work.why}")
    else:
        yield _found(
            "full-scan-under-lock", step, work, f"every row of {name} is read under a strong lock: {work.why}"
        )


def _found(id: str, step: Step, work: Work, message: str) -> Hazard:  # noqa: A002
    return hazard(id, step.index, (work.target.id,), message, source=work.source)


def _doing(work: Work) -> str:
    kinds = {
        "rewrite": "the table is written anew",
        "scan": "every row is read",
        "index": "an index is built",
        "rebuild": "an index is built again",
    }
    return kinds[work.kind]


def _brief(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    worked = {name for w in effects.work for name in (w.target.id, *world.leaves(w.target))}
    idle = [lock for lock in effects.locks if lock.target.existed and lock.target.id not in worked]
    source: Source = "catalog" if world.catalog else "static"
    everybody = [lock.target.id for lock in idle if lock.mode == ACCESS_EXCLUSIVE]
    writers = [lock.target.id for lock in idle if lock.mode in (SHARE, SHARE_ROW_EXCLUSIVE)]
    if everybody:
        message = f"readers and writers of {_some(everybody)} wait for a moment"
        yield hazard("brief-access-exclusive", step.index, everybody, message, source=source)
    if writers:
        message = f"writers of {_some(writers)} wait for a moment"
        yield hazard("brief-write-block", step.index, writers, message, source=source)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _strong(effects: Effects, at_least: str) -> list[str]:
    return [k.target.id for k in effects.locks if k.target.existed and rank(k.mode) >= rank(at_least)]


def _several(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    mine = _strong(effects, SHARE_ROW_EXCLUSIVE)
    earlier = [name for past in _same_transaction(step, world) for name in _strong(past, SHARE_ROW_EXCLUSIVE)]
    together = list(dict.fromkeys([*earlier, *mine]))
    if mine and len(together) > 1 and len(set(earlier)) < 2:
        where = "this statement" if len(set(mine)) > 1 else "this transaction"
        message = (
            f"{where} holds strong locks on {_some(together)}: in another order elsewhere, that is a deadlock"
        )
        yield hazard("locks-several-tables", step.index, together, message)


def _same_transaction(step: Step, world: World) -> list[Effects]:
    if step.transaction is None:
        return []
    return [world.past[s.index] for s in world.steps[: step.index] if s.transaction == step.transaction]


_LONG = {"UpdateStmt", "DeleteStmt", "MergeStmt", "RefreshMatViewStmt", "DoStmt", "CallStmt"}


def _after_exclusive(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    held = [name for past in _same_transaction(step, world) for name in _strong(past, ACCESS_EXCLUSIVE)]
    node = step.node
    copies = node.kind == "InsertStmt" and (query := node.node("selectStmt")) and query.nodes("fromClause")
    long = any(work.target.existed for work in effects.work) or node.kind in _LONG or copies
    if held and long:
        names = list(dict.fromkeys(held))
        message = f"{_some(names)} stays locked against everybody while this runs: commit before it"
        yield hazard("long-work-after-exclusive-lock", step.index, names, message)


FAMILY = Family(
    "locks",
    frozenset(
        {"table-rewrite", "index-rebuild", "full-scan-under-lock", "blocks-reads-and-writes", "blocks-writes",
         "brief-access-exclusive", "brief-write-block", "locks-several-tables", "long-work-after-exclusive-lock"}
    ),
    look,
)  # fmt: skip
