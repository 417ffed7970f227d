"""RowCursor: where the cursor of a list stands and which rows are in sight. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable


class RowCursor:
    """A position among `count` rows and the first row in sight; both stay within bounds."""

    def __init__(self, selectable: Callable[[int], bool]) -> None:
        """`selectable` says on which rows it may rest."""
        self._selectable = selectable
        self.position = 0
        self.top = 0
        self.count = 0
        self.height = 1

    def move(self, index: int, step: int = 1) -> bool:
        """Go to a row, or the nearest that can be rested on, looking first in the direction of `step`."""
        found = self._nearest(index, step)
        if found is None:
            self.position = 0
            self.keep_in_sight()
            return False
        self.position = found
        self.keep_in_sight()
        return True

    def lead(self) -> None:
        """Scroll until the cursor's row, with a heading right above it, is the first in sight, or the last row is."""
        self.top = self.position
        self.keep_in_sight()

    def settle(self, count: int, position: int | None) -> None:
        """Rows were replaced: its row is now at `position`, or gone (None). It stays on its line of the screen."""
        line = self.position - self.top
        self.count = count
        found = self._nearest(self.position if position is None else position, 1)
        self.position = found or 0
        if self.top > 0 and position is not None:
            self.top = self.position - line
        self.keep_in_sight()

    def keep_in_sight(self) -> None:
        """Scroll as little as shows the cursor, with a heading right above it."""
        upper = self.position
        if upper > 0 and not self._selectable(upper - 1):
            upper -= 1
        lowest = max(self.count - self.height, 0)
        self.top = max(min(max(self.top, self.position - self.height + 1), upper, lowest), 0)
        if self.height < 2 and self.position > self.top:
            self.top = self.position

    def _nearest(self, index: int, step: int) -> int | None:
        index = min(max(index, 0), max(self.count - 1, 0))
        for direction in (step, -step):
            at = index
            while 0 <= at < self.count:
                if self._selectable(at):
                    return at
                at += direction
        return None
