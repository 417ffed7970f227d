"""The cursor of a list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pgplumb.tui.widgets.row_cursor import RowCursor


def cursor(count: int, height: int, headings: frozenset[int] = frozenset()) -> RowCursor:
    """A cursor among rows of which some cannot be rested on."""
    made = RowCursor(lambda i: 0 <= i < made.count and i not in headings)
    made.height = height
    made.settle(count, None)
    return made


def test_it_starts_below_a_heading_and_the_heading_stays_in_sight() -> None:
    made = cursor(10, 4, frozenset({0, 5}))
    assert made.position == 1
    assert made.top == 0
    made.move(5)
    assert made.position == 6
    made.move(4, -1)
    made.move(1, -1)
    assert (made.position, made.top) == (1, 0)


def test_moving_past_an_end_stays_at_the_end() -> None:
    made = cursor(3, 10)
    made.move(99)
    assert made.position == 2
    made.move(-5, -1)
    assert made.position == 0


def test_after_new_rows_above_it_the_row_stays_on_its_line() -> None:
    made = cursor(100, 10)
    made.move(50)
    line = made.position - made.top
    made.settle(103, 53)
    assert made.position == 53
    assert made.position - made.top == line


def test_a_list_that_was_not_scrolled_stays_at_its_top() -> None:
    made = cursor(100, 10)
    made.move(2)
    made.settle(101, 3)
    assert (made.position, made.top) == (3, 0)


def test_when_its_row_is_gone_it_rests_where_that_was() -> None:
    made = cursor(10, 5)
    made.move(7)
    made.settle(9, None)
    assert made.position == 7
    made.settle(3, None)
    assert made.position == 2


def test_nothing_can_be_rested_on() -> None:
    made = cursor(2, 5, frozenset({0, 1}))
    assert made.move(1) is False
    assert cursor(0, 5).move(0) is False


@given(
    count=st.integers(0, 30),
    height=st.integers(1, 12),
    headings=st.frozensets(st.integers(0, 30)),
    moves=st.lists(st.tuples(st.integers(-5, 40), st.sampled_from([1, -1])), max_size=8),
)
def test_it_is_always_in_sight_and_never_on_a_heading(
    count: int, height: int, headings: frozenset[int], moves: list[tuple[int, int]]
) -> None:
    made = cursor(count, height, headings)
    for index, step in moves:
        if made.move(index, step):
            assert made.position not in headings
            assert 0 <= made.position < count
            assert made.top <= made.position < made.top + height
        assert 0 <= made.top <= max(count - height, 0) or height < 2
