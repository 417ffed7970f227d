"""Which columns fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pgplumb.tui.widgets.columns import MARGIN, Column, Placed, place

COLUMNS = (
    Column[str]("name", "table", lambda r: r),
    Column[str]("rows", "rows", lambda r: r, width=9, right=True),
    Column[str]("size", "size", lambda r: r, width=9, right=True, priority=1),
    Column[str]("seq", "seq", lambda r: r, width=6, right=True, priority=3),
    Column[str]("dead", "dead", lambda r: r, width=6, right=True, priority=2),
)


def names(placed: tuple[Placed[str], ...]) -> list[str]:
    """Names of the columns that are shown."""
    return [p.column.name for p in placed]


def test_the_least_important_column_goes_first() -> None:
    assert names(place(COLUMNS, {"name": 30}, 80)) == ["name", "rows", "size", "seq", "dead"]
    assert names(place(COLUMNS, {"name": 30}, 66)) == ["name", "rows", "size", "dead"]
    assert names(place(COLUMNS, {"name": 30}, 52)) == ["name", "rows", "size"]
    assert names(place(COLUMNS, {"name": 30}, 38)) == ["name", "rows"]


def test_a_long_name_takes_at_most_half_while_figures_need_the_rest_and_all_that_is_left_over() -> None:
    assert place(COLUMNS, {"name": 63}, 80)[0].width == 40
    assert place(COLUMNS, {"name": 63}, 200)[0].width == 63


def test_scrolling_sideways_keeps_the_first_column() -> None:
    assert names(place(COLUMNS, {"name": 30}, 40, skip=1)) == ["name", "size", "dead"]
    assert names(place(COLUMNS, {"name": 30}, 40, skip=2)) == ["name", "seq", "dead"]


def test_a_growing_column_takes_what_is_left() -> None:
    columns = (*COLUMNS[:2], Column[str]("query", "query", lambda r: r, grow=True))
    placed = place(columns, {"name": 10, "query": 400}, 60)
    assert placed[-1].x + placed[-1].width == 60


@given(width=st.integers(0, 220), natural=st.integers(0, 90), skip=st.integers(0, 4))
def test_nothing_is_placed_outside_the_width(width: int, natural: int, skip: int) -> None:
    x = MARGIN
    for placed in place(COLUMNS, {"name": natural}, width, skip):
        assert placed.x >= x
        assert placed.x + placed.width <= max(width, MARGIN)
        x = placed.x + placed.width
