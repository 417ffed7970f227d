"""The text of an editor: its lines, cursor and selection, and every change taken back and made again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pgplumb.tui.widgets.editor.cells import cells_of
from pgplumb.tui.widgets.editor.history import History, Place, Step

MOST_CHARACTERS = 1_000_000
LONGEST_LINE = 20_000
"""What an editor takes: more would make every key slow."""
INDENT = 4

_WORD = re.compile(r"\w+|[^\w\s]+")
_BREAKS = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines were replaced: from `first` on, so many by so many."""

    first: int
    removed: int
    added: int


def line_breaks(text: str) -> str:
    """Return a text with `\\n` for every kind of line break that files and terminals bring."""
    return _BREAKS.sub("\n", text) if "\r" in text else text


def too_much(text: str, beside: int = 0) -> str | None:
    """Return why an editor that holds so many characters does not take a text; None where it does."""
    size = beside + len(text)
    if size > MOST_CHARACTERS:
        return f"{size:,} characters are more than the editor takes ({MOST_CHARACTERS:,})"
    longest = max(map(len, line_breaks(text).split("\n")))
    if longest > LONGEST_LINE:
        return f"a line of {longest:,} characters is longer than the editor takes ({LONGEST_LINE:,})"
    return None


class TextBuffer:
    """A text with a cursor. Lines and columns count from 0; the selection is from `anchor` to `cursor`."""

    def __init__(self, text: str = "", spliced: Callable[[Splice], None] = lambda splice: None) -> None:
        self.lines = line_breaks(text).split("\n")
        self.cursor: Place = (0, 0)
        self.anchor: Place = (0, 0)
        self.version = 0
        """Grows with every change of the text."""
        self._spliced = spliced
        self._history = History()
        self._size = len(text)
        self._joined: tuple[int, str] = (-1, "")

    # Reading

    @property
    def text(self) -> str:
        """The whole text."""
        if self._joined[0] != self.version:
            self._joined = (self.version, "\n".join(self.lines))
        return self._joined[1]

    @property
    def selection(self) -> tuple[Place, Place]:
        """The selection from its first place to its last; both are the cursor where nothing is selected."""
        return min(self.anchor, self.cursor), max(self.anchor, self.cursor)

    @property
    def selected(self) -> str:
        """The selected text."""
        return self.between(*self.selection)

    def between(self, start: Place, end: Place) -> str:
        """Return the text between two places."""
        (first, a), (last, b) = start, end
        if first == last:
            return self.lines[first][a:b]
        return "\n".join([self.lines[first][a:], *self.lines[first + 1 : last], self.lines[last][:b]])

    def refusal(self, text: str) -> str | None:
        """Return why a text cannot be put in beside what is there; None where it can."""
        return too_much(text, self._size)

    # Changing

    def load(self, text: str) -> None:
        """Take another text and forget what was done to the one before."""
        before = len(self.lines)
        self.lines = line_breaks(text).split("\n")
        self._size = len(text)
        self.cursor = self.anchor = (0, 0)
        self._history = History()
        self.version += 1
        self._spliced(Splice(0, before, len(self.lines)))

    def replace(self, start: Place, end: Place, text: str) -> None:
        """Put a text in the place of another, as a change that can be taken back; the cursor goes behind it."""
        removed = self.between(start, end)
        if removed == text:
            self.move(_behind(start, text))
            return
        before = (self.anchor, self.cursor)
        self._splice(start, end, text)
        self.cursor = self.anchor = _behind(start, text)
        self._history.record(Step(start, removed, text, before))

    def replace_all(self, text: str) -> None:
        """Take another text as a change that can be taken back; the cursor goes to its beginning."""
        self.close_step()
        self.replace((0, 0), self.end, line_breaks(text))
        self.move((0, 0))

    def insert(self, text: str) -> None:
        """Put a text in the place of the selection."""
        self.replace(*self.selection, text)

    def close_step(self) -> None:
        """Take what follows back on its own."""
        self._history.close()

    def undo(self) -> bool:
        """Take the last change back; False where there is none."""
        step = self._history.undo()
        if step is None:
            return False
        self._splice(step.start, _behind(step.start, step.inserted), step.removed)
        self.anchor, self.cursor = step.before
        return True

    def redo(self) -> bool:
        """Make the change again that was taken back; False where there is none."""
        step = self._history.redo()
        if step is None:
            return False
        self._splice(step.start, _behind(step.start, step.removed), step.inserted)
        self.cursor = self.anchor = _behind(step.start, step.inserted)
        return True

    def _splice(self, start: Place, end: Place, text: str) -> None:
        (first, a), (last, b) = start, end
        added = (self.lines[first][:a] + text + self.lines[last][b:]).split("\n")
        self._size += len(text) - len(self.between(start, end))
        self.lines[first : last + 1] = added
        self.version += 1
        self._spliced(Splice(first, last - first + 1, len(added)))

    # Places

    def place(self, offset: int) -> Place:
        """Return the place of a character, counted from the start of the text."""
        before = self.text[:offset]
        return before.count("\n"), len(before) - before.rfind("\n") - 1

    @property
    def end(self) -> Place:
        """The end of the text."""
        return len(self.lines) - 1, len(self.lines[-1])

    def move(self, place: Place, select: bool = False) -> None:
        """Put the cursor somewhere; with `select` the selection grows up to there."""
        line = min(max(place[0], 0), len(self.lines) - 1)
        self.cursor = (line, min(max(place[1], 0), len(self.lines[line])))
        if not select:
            self.anchor = self.cursor
        self.close_step()

    def left_of(self, place: Place) -> Place:
        """Return the place one cluster to the left, at the end of the line before at a line's start."""
        line, column = place
        if column == 0:
            return (line - 1, len(self.lines[line - 1])) if line else place
        cells = cells_of(self.lines[line])
        return line, cells.starts[cells.cluster(column - 1)]

    def right_of(self, place: Place) -> Place:
        """Return the place one cluster to the right, at the start of the next line at a line's end."""
        line, column = place
        if column >= len(self.lines[line]):
            return (line + 1, 0) if line + 1 < len(self.lines) else place
        cells = cells_of(self.lines[line])
        return line, cells.starts[cells.cluster(column) + 1]

    def word_left_of(self, place: Place) -> Place:
        """Return where the word begins that stands before a place."""
        line, column = place
        starts = [m.start() for m in _WORD.finditer(self.lines[line], 0, column)]
        return (line, starts[-1]) if starts else (line, 0) if column else self.left_of(place)

    def word_right_of(self, place: Place) -> Place:
        """Return where the word ends that stands behind a place."""
        line, column = place
        match = _WORD.search(self.lines[line], column)
        if match:
            return line, match.end()
        return (line, len(self.lines[line])) if column < len(self.lines[line]) else self.right_of(place)

    def line_start(self, place: Place) -> Place:
        """Return the first character of the line that is no blank, or the line's start where that is the place."""
        line, column = place
        indent = indentation(self.lines[line])
        return line, 0 if column == len(indent) else len(indent)


def indentation(line: str) -> str:
    """Return the blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def _behind(start: Place, text: str) -> Place:
    """Return where a text ends that begins at a place."""
    breaks = text.count("\n")
    if not breaks:
        return start[0], start[1] + len(text)
    return start[0] + breaks, len(text) - text.rindex("\n") - 1
