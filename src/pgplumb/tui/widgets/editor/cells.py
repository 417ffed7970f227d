"""Which cells of the screen the characters of a line take.

Characters are grouped into clusters: a letter with the marks on it, or one character that stands for itself.
The cursor moves by clusters. What a terminal would act upon is shown as something visible, as `sanitise` does.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len

from pgplumb.foundation.text import SUBSTITUTE, sanitise

TAB = 4
"""A tab goes to the next column that is a multiple of this."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One line as it is shown."""

    starts: Sequence[int]
    """The first character of each cluster, and the length of the line."""
    xs: Sequence[int]
    """The cell where each cluster begins, and the width of the line."""
    shown: Sequence[str]
    """What is drawn for each cluster."""

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return len(self.shown)

    def cluster(self, column: int) -> int:
        """Return the cluster that a character belongs to; the count behind the last."""
        return bisect_right(self.starts, column) - 1

    def at(self, x: int) -> int:
        """Return the cluster that is drawn at a cell; the last one's end beyond the line."""
        return min(max(bisect_right(self.xs, x) - 1, 0), self.count)


@lru_cache(maxsize=1024)
def cells_of(line: str) -> Cells:
    """Measure a line."""
    if line.isascii() and line.isprintable():
        each = range(len(line) + 1)
        return Cells(each, each, line)
    starts: list[int] = []
    for i, character in enumerate(line):
        if not starts or not _joins(character):
            starts.append(i)
    xs, shown = [0], []
    for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
        text = line[start:end]
        drawn = " " * (TAB - xs[-1] % TAB) if text == "\t" else sanitise(text) or SUBSTITUTE
        shown.append(drawn)
        xs.append(xs[-1] + cell_len(drawn))
    return Cells((*starts, len(line)), tuple(xs), tuple(shown))


def _joins(character: str) -> bool:
    """Whether a character is drawn on the one before: a mark, or a sign of presentation."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or sanitise(character) == ""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A line laid out in rows."""

    starts: tuple[int, ...]
    """The first cluster of each row."""
    hang: int
    """How far the rows after the first are indented."""

    def row_of(self, cluster: int) -> int:
        """Return the row on which a cluster stands."""
        return bisect_right(self.starts, cluster) - 1

    def bounds(self, row: int, cells: Cells) -> tuple[int, int]:
        """Return the clusters of a row: the first, and the one behind the last."""
        end = self.starts[row + 1] if row + 1 < len(self.starts) else cells.count
        return self.starts[row], end

    def indent(self, row: int) -> int:
        """Return the cells left free before a row's text."""
        return self.hang if row else 0


_ONE_ROW = Wrapped((0,), 0)


@lru_cache(maxsize=1024)
def wrap_line(line: str, width: int) -> Wrapped:
    """Break a line where it is wider than `width` cells, behind a blank where there is one."""
    cells = cells_of(line)
    if cells.xs[-1] <= width or width < 4:
        return _ONE_ROW
    hang = min(len(line) - len(line.lstrip()) + 2, width // 3)
    starts = [0]
    while True:
        start = starts[-1]
        room = width - (hang if start else 0)
        end = bisect_right(cells.xs, cells.xs[start] + room) - 1
        if end >= cells.count:
            return Wrapped(tuple(starts), hang)
        end = max(end, start + 1)
        blank = next((i for i in range(end, start, -1) if cells.shown[i - 1].isspace()), None)
        # A row of blanks alone would be a break at the indentation.
        useful = blank is not None and not line[cells.starts[start] : cells.starts[blank]].isspace()
        starts.append(blank if useful and blank is not None else end)
