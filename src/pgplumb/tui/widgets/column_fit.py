"""ColumnFit: how wide the contents of a table's columns are, and which columns stand where at a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

from pgplumb.tui.widgets.columns import Column, Placed, R, place
from pgplumb.tui.widgets.ink import width_of
from pgplumb.tui.widgets.table_parts import RowKind

_SAMPLE = 200
"""So many rows, spread over the list, decide how wide a column must be."""


class ColumnFit(Generic[R]):
    """Of one table. Columns are placed anew where the width, or what they hold, is another."""

    def __init__(self) -> None:
        self.natural: dict[str, int] = {}
        """Cells that the contents of a column need, by its name."""
        self._placed: tuple[Placed[R], ...] = ()
        self._placed_for: tuple[int, int] | None = None

    def forget(self) -> None:
        """Place the columns anew: there are others."""
        self._placed_for = None

    def measure(self, columns: Sequence[Column[R]], rows: Sequence[R], kinds: RowKind[R]) -> None:
        """Find out how wide columns without a width must be; they grow, and never shrink under the eyes."""
        sample = rows[:: max(len(rows) // _SAMPLE, 1)]
        for column in columns:
            if column.width:
                continue
            deep = kinds.depth if column is columns[0] else None
            cells = (
                width_of(column.cell(row)) + (2 * deep(row) if deep else 0)
                for row in sample
                if kinds.whole is None or kinds.whole(row) is None
            )
            needed = max(cells, default=0)
            if needed > self.natural.get(column.name, 0):
                self.natural[column.name] = needed
                self._placed_for = None

    def placed(self, columns: Sequence[Column[R]], width: int, skip: int) -> tuple[Placed[R], ...]:
        """Return the columns that fit into a width; `skip` of those after the first are scrolled out of sight."""
        return self.placed_by(lambda: place(columns, self.natural, width, skip), width, skip)

    def placed_by(
        self, made: Callable[[], tuple[Placed[R], ...]], width: int, skip: int
    ) -> tuple[Placed[R], ...]:
        """Return what was placed at this width, or is made now."""
        if self._placed_for != (width, skip):
            self._placed = made()
            self._placed_for = (width, skip)
        return self._placed
