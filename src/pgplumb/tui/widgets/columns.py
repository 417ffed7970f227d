"""Columns of a table and which of them fit: the least important ones go first when the screen is narrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pgplumb.tui.widgets.ink import Cell

R = TypeVar("R")
GAP = 2
"""Cells between two columns."""
MARGIN = 2
"""Cells left of the first column: the cursor's mark and a blank."""


class Comparable(Protocol):
    """What a sort key must be able to do."""

    def __lt__(self, other: Any, /) -> bool: ...


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column: what it shows of a record and how it behaves when space is short.

    Not slotted: `Column[Record](...)` could then not be written.
    """

    name: str
    """Its stable name, for the remembered sort order."""
    title: str
    """What the header shows."""
    cell: Callable[[R], Cell]
    """The text of a record's cell; called for visible rows alone, so it may format."""
    width: int = 0
    """Cells; 0 takes as many as the contents need, between `min_width` and `max_width`."""
    min_width: int = 8
    max_width: int = 64
    right: bool = False
    """Numbers stand flush right."""
    priority: int = 0
    """0 always stays; of the others the largest number goes first."""
    grow: bool = False
    """Has at least `min_width` and takes what room is left."""
    sort: Callable[[R], Comparable | None] | None = None
    """The sort key; None stands for "no value" and sorts last both ways. Without one it cannot be sorted."""
    largest_first: bool = False
    """Whether the first press of `s` puts the largest on top: right for most numbers."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[R]):
    """A column that is shown, where, and how wide."""

    column: Column[R]
    x: int
    width: int


def place(
    columns: Sequence[Column[R]], natural: Mapping[str, int], width: int, skip: int = 0
) -> tuple[Placed[R], ...]:
    """Return the columns that fit into `width` cells, left to right.

    `natural` gives the widths that contents need; `skip` leaves out that many columns after the first, which
    stays where it is (scrolling sideways). The first column never takes more than it must while others fit.
    """
    shown = [*columns[:1], *columns[1 + skip :]]
    if not shown:
        return ()
    room = max(width - MARGIN, 1)
    first = shown[0]

    def wanted(column: Column[R]) -> int:
        if column.width:
            return column.width
        if column.grow:
            return max(column.min_width, len(column.title))
        needed = max(natural.get(column.name, 0), len(column.title))
        bound = max(room * 4 // 9, column.min_width) if column is first else column.max_width
        return max(min(needed, column.max_width, bound), min(column.min_width, column.max_width))

    def total(chosen: Sequence[Column[R]]) -> int:
        return sum(wanted(c) for c in chosen) + GAP * (len(chosen) - 1)

    while len(shown) > 1 and total(shown) > room:
        worst = max(range(1, len(shown)), key=lambda i: (shown[i].priority, i))
        if shown[worst].priority == 0:
            break
        del shown[worst]
    widths = [wanted(c) for c in shown]
    spare = room - total(shown)
    if spare > 0 and not first.width:
        more = min(spare, max(natural.get(first.name, 0) - widths[0], 0), first.max_width)
        widths[0] += more
        spare -= more
    growing = next((i for i, c in enumerate(shown) if c.grow), None)
    if spare > 0 and growing is not None:
        widths[growing] += spare
    placed: list[Placed[R]] = []
    x = MARGIN
    for column, cells in zip(shown, widths, strict=True):
        left = width - x
        if left <= 0:
            break
        placed.append(Placed(column, x, min(cells, left)))
        x += cells + GAP
    return tuple(placed)
