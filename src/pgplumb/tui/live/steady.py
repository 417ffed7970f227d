"""What is equal stays the same object, so that nobody judges or draws it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgplumb.catalog.statistics import Statistics
    from pgplumb.checks.checklist import Checklist

_ALWAYS_MOVING = ("read_at", "database")
"""Our own transactions alone move these."""


def steady_checklist(fresh: Checklist, before: Checklist | None) -> Checklist:
    """Return the fresh answers with those of before where they say the same; all of before where all do."""
    if before is None or len(before.results) != len(fresh.results):
        return fresh
    pairs = zip(fresh.results, before.results, strict=True)
    kept = tuple(old if new is old or new == old else new for new, old in pairs)
    if all(new is old for new, old in zip(kept, before.results, strict=True)):
        return before
    return type(fresh)(kept)


def same_figures(fresh: Statistics, before: Statistics) -> bool:
    """Whether two readings differ in nothing but what moves while nothing happens."""
    return all(
        getattr(fresh, name) is getattr(before, name) or getattr(fresh, name) == getattr(before, name)
        for name in fresh.__slots__
        if name not in _ALWAYS_MOVING
    )
