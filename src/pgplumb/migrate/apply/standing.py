"""Where a plan stands, worked out of its history: which steps are done, and what was begun and has no end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pgplumb.migrate.apply.events import Direction
from pgplumb.migrate.apply.history import Entry


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that was begun and is not done."""

    step: int
    direction: Direction
    first: int
    """Id of the row that began it: names the place that a backfill keeps."""
    pieces_done: int
    attempts: tuple[Entry, ...]
    """The `began` rows since the last piece that was done, oldest first."""
    in_doubt: bool
    """Whether the last thing known is that it began."""
    forward: bool
    """Whether it was begun upwards and is not taken back yet: some of it may be done."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands in one database."""

    done: int = 0
    """How many steps are applied."""
    open: OpenStep | None = None
    outline: str | None = None
    """The plan as it was when it was begun: see `checksum.differences`."""
    checksum: str | None = None
    who: str | None = None
    at: datetime | None = None
    """When anything was last written about it."""
    begun: bool = False
    """Whether anything of it may be in the database now."""


def standing(entries: Sequence[Entry]) -> Standing:
    """Return where the plan of some history rows stands."""
    found = Standing()
    for entry in entries:
        found = _after(found, entry)
    return replace(found, begun=found.done > 0 or found.open is not None)


def _after(found: Standing, entry: Entry) -> Standing:
    found = replace(found, who=entry.who, at=entry.at)
    if entry.state == "planned":
        return replace(found, outline=entry.sql, checksum=entry.digest)
    if entry.step == 0:
        return found
    open_step = found.open
    if entry.state == "began":
        return replace(found, open=_begun(open_step, entry))
    if open_step is None or open_step.step != entry.step:
        # A step that was recognised, or had nothing to do: it is done without having begun.
        return replace(found, done=_position(entry)) if _ends_step(entry) else found
    if entry.state != "done":
        return replace(found, open=replace(open_step, in_doubt=False))
    if _ends_step(entry):
        return replace(found, done=_position(entry), open=None)
    assert entry.piece is not None
    return replace(found, open=replace(open_step, pieces_done=entry.piece, attempts=(), in_doubt=False))


def _begun(open_step: OpenStep | None, entry: Entry) -> OpenStep:
    if open_step is not None and (open_step.step, open_step.direction) == (entry.step, entry.direction):
        return replace(open_step, attempts=(*open_step.attempts, entry), in_doubt=True)
    forward = entry.direction == "up" or (
        open_step is not None and open_step.step == entry.step and open_step.forward
    )
    return OpenStep(entry.step, entry.direction, entry.id, 0, (entry,), True, forward)


def _ends_step(entry: Entry) -> bool:
    return entry.state == "done" and entry.piece is None


def _position(entry: Entry) -> int:
    return entry.step if entry.direction == "up" else entry.step - 1
