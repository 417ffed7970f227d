"""What was done to a text, in steps: keys that were typed one after the other are one step."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[int, int]
"""Line and column, from 0."""

_STEPS = 500
_CHARACTERS = 5_000_000
"""More is forgotten, the oldest first."""


@dataclass(frozen=True, slots=True)
class Step:
    """At a place one text was replaced by another."""

    start: Place
    removed: str
    inserted: str
    before: tuple[Place, Place]
    """Anchor and cursor, as they were."""

    @property
    def size(self) -> int:
        """How many characters it holds."""
        return len(self.removed) + len(self.inserted)


class History:
    """Steps to take back, and steps that were taken back."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._open = False

    def record(self, step: Step) -> None:
        """Remember a change; it joins the one before where both were typed in one go."""
        self._undone.clear()
        joined = _joined(self._done[-1], step) if self._open and self._done else None
        if joined is not None:
            self._done[-1] = joined
        else:
            self._done.append(step)
        self._open = _is_key(step)
        size = sum(s.size for s in self._done) if step.size > 1000 else 0
        while len(self._done) > _STEPS or (size > _CHARACTERS and len(self._done) > 1):
            size -= self._done.pop(0).size

    def close(self) -> None:
        """Let no further change join the last one."""
        self._open = False

    def undo(self) -> Step | None:
        """Return the change to take back now."""
        self.close()
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Step | None:
        """Return the change to make again now."""
        self.close()
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]


def _is_key(step: Step) -> bool:
    """Whether one key did it: a character more or a character less."""
    return "\n" not in step.removed + step.inserted and (
        (len(step.inserted) == 1 and not step.removed) or (len(step.removed) == 1 and not step.inserted)
    )


def _joined(last: Step, step: Step) -> Step | None:
    """Return two changes as one: typing up to the next word, or deleting on."""
    if not _is_key(step):
        return None
    if step.inserted and not last.removed:
        follows = step.start == (last.start[0], last.start[1] + len(last.inserted))
        new_word = last.inserted[-1:].isspace() and not step.inserted.isspace()
        if follows and not new_word:
            return Step(last.start, "", last.inserted + step.inserted, last.before)
    if step.removed and not last.inserted:
        if step.start == last.start:
            return Step(last.start, last.removed + step.removed, "", last.before)
        if (step.start[0], step.start[1] + len(step.removed)) == last.start:
            return Step(step.start, step.removed + last.removed, "", last.before)
    return None
