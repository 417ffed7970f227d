"""The part of a text that is in sight: which rows, and which row is above or below another."""

from __future__ import annotations

from collections.abc import Sequence

from pgplumb.tui.widgets.editor.cells import Cells, Wrapped, cells_of, wrap_line
from pgplumb.tui.widgets.editor.history import Place

Row = tuple[int, int]
"""A line, and one of the rows that it is laid out in."""


class Window:
    """Rows of `width` cells, `height` of them from `top` on. Costs as much as what is in sight."""

    def __init__(self) -> None:
        self.top: Row = (0, 0)
        self.width = 80
        self.height = 1

    def rows(self, lines: Sequence[str]) -> list[Row]:
        """Return the rows in sight."""
        found = [self._within(lines, self.top)]
        while len(found) < self.height:
            below = self._step(lines, found[-1], 1)
            if below == found[-1]:
                break
            found.append(below)
        return found

    def follow(self, lines: Sequence[str], place: Place) -> None:
        """Scroll as little as brings a place into sight."""
        row = self.row_of(lines, place)
        self.top = self._within(lines, self.top)
        if row < self.top:
            self.top = row
        elif row not in self.rows(lines):
            self.top = row
            self.scroll(lines, 1 - self.height)
        missing = self.height - len(self.rows(lines))
        if missing:
            self.scroll(lines, -missing)

    def scroll(self, lines: Sequence[str], rows: int) -> None:
        """Move by so many rows, as far as there are any."""
        for _ in range(abs(rows)):
            self.top = self._step(lines, self.top, 1 if rows > 0 else -1)

    def row_of(self, lines: Sequence[str], place: Place) -> Row:
        """Return the row on which a place is drawn."""
        line, column = place
        return line, self.layout(lines[line]).row_of(cells_of(lines[line]).cluster(column))

    def x_of(self, lines: Sequence[str], place: Place) -> int:
        """Return the cell at which a place is drawn in its row."""
        line, column = place
        cells = cells_of(lines[line])
        layout, cluster = self.layout(lines[line]), cells.cluster(column)
        row = layout.row_of(cluster)
        return layout.indent(row) + cells.xs[cluster] - cells.xs[layout.starts[row]]

    def place_at(self, lines: Sequence[str], row: Row, x: int) -> Place:
        """Return the place that is drawn at a cell of a row, or the nearest one."""
        line, number = row
        cells, layout = cells_of(lines[line]), self.layout(lines[line])
        start, end = layout.bounds(number, cells)
        cluster = cells.at(cells.xs[start] + max(x - layout.indent(number), 0))
        last = end if end == cells.count else end - 1
        return line, cells.starts[min(max(cluster, start), last)]

    def vertical(self, lines: Sequence[str], place: Place, rows: int, x: int) -> Place:
        """Return the place so many rows below (or above, with less than 0), as near to a cell as there is one."""
        row = self.row_of(lines, place)
        for _ in range(abs(rows)):
            beside = self._step(lines, row, 1 if rows > 0 else -1)
            if beside == row:
                return (row[0], len(lines[row[0]])) if rows > 0 else (0, 0)
            row = beside
        return self.place_at(lines, row, x)

    def layout(self, line: str) -> Wrapped:
        """Return how a line is laid out; one cell is kept free for the cursor behind it."""
        return wrap_line(line, max(self.width - 1, 1))

    def pieces(self, lines: Sequence[str], row: Row) -> tuple[Cells, int, int, int]:
        """Return a row's line as cells, its first cluster, the one behind its last, and its indentation."""
        cells, layout = cells_of(lines[row[0]]), self.layout(lines[row[0]])
        return cells, *layout.bounds(row[1], cells), layout.indent(row[1])

    def _within(self, lines: Sequence[str], row: Row) -> Row:
        line = min(row[0], len(lines) - 1)
        return line, min(row[1] if line == row[0] else 0, len(self.layout(lines[line]).starts) - 1)

    def _step(self, lines: Sequence[str], row: Row, step: int) -> Row:
        line, number = row
        if step > 0:
            if number + 1 < len(self.layout(lines[line]).starts):
                return line, number + 1
            return (line + 1, 0) if line + 1 < len(lines) else row
        if number > 0:
            return line, number - 1
        return (line - 1, len(self.layout(lines[line - 1]).starts) - 1) if line else row
