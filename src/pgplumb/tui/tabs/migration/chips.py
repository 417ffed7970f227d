"""What a statement does to others, in a few words beside it: locks, work that grows with a table, who waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.hazards.analysis import StatementFacts
from pgplumb.migrate.hazards.effect import ACCESS_EXCLUSIVE, BLOCKS_WRITERS, Lock, rank
from pgplumb.tui.widgets.ink import Line, Span

if TYPE_CHECKING:
    from pgplumb.migrate.rehearsal import RehearsedStatement

_MODES = {
    "AccessShareLock": "ACCESS SHARE",
    "RowShareLock": "ROW SHARE",
    "RowExclusiveLock": "ROW EXCLUSIVE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE",
    "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}
_MOST = 3
"""So many locks are named in a line."""


def mode_words(mode: str) -> str:
    """Return a lock's mode as the manual writes it."""
    return _MODES.get(mode, mode)


def lock_chip(lock: Lock) -> Line:
    """Return a lock as mode and relation; modes that keep writers out stand out."""
    strong = rank(lock.mode) >= BLOCKS_WRITERS
    return (Span(mode_words(lock.mode), "warn" if strong else "muted"), Span(f" {lock.target.id}", "text"))


def strongest_first(facts: StatementFacts) -> list[Lock]:
    """Return a statement's locks, those that keep most out first."""
    return sorted(facts.locks, key=lambda lock: -rank(lock.mode))


def marks(facts: StatementFacts, seen: RehearsedStatement | None) -> Iterator[Span]:
    """Give the work that grows with the tables."""
    if facts.rewrites:
        yield Span("rewrite", "fail")
    if seen is not None and seen.rebuilds and not facts.rewrites:
        yield Span("rebuild", "warn")
    elif facts.scans and not facts.rewrites:
        yield Span("scan", "warn" if _strong(facts) else "muted")


def who_waits(mode: str) -> str:
    """Return who cannot go on while a lock is held."""
    if mode == ACCESS_EXCLUSIVE:
        return "readers and writers wait"
    return "writers wait" if rank(mode) >= BLOCKS_WRITERS else "readers and writers go on"


def waiting(facts: StatementFacts) -> str:
    """Return who waits for a statement, by the strongest of its locks."""
    mode = strongest_first(facts)[0].mode
    if mode == ACCESS_EXCLUSIVE:
        return "readers wait"
    return "writers wait" if rank(mode) >= BLOCKS_WRITERS else "writers go on"


def chips(facts: StatementFacts, seen: RehearsedStatement | None, most: int = _MOST) -> Line:
    """Return locks, work and who waits; empty where no lock is known."""
    if not facts.locks:
        return ()
    locks = strongest_first(facts)
    spans = [*_named(locks[:most], len(locks) - most)]
    for mark in marks(facts, seen):
        spans += [Span("  "), mark]
    return (*spans, Span("  "), Span(waiting(facts), "muted"))


def _named(locks: Sequence[Lock], more: int) -> Iterator[Span]:
    for number, lock in enumerate(locks):
        if number:
            yield Span("  ")
        yield from lock_chip(lock)
    if more > 0:
        yield Span(f"  +{more}", "faint")


def _strong(facts: StatementFacts) -> bool:
    return any(rank(lock.mode) >= BLOCKS_WRITERS for lock in facts.locks)
