"""What is in sight: every character has its cell, and the cursor is always seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pgplumb.tui.widgets.editor.cells import cells_of, wrap_line
from pgplumb.tui.widgets.editor.window import Window

LINES = st.text("ab ,(\té中\u0301\u202e\x1b\x00👍🏽", max_size=60)


@given(LINES)
def test_the_cells_of_a_line_are_as_wide_as_what_is_drawn(line: str) -> None:
    cells = cells_of(line)
    assert cells.xs[-1] == cell_len("".join(cells.shown))
    assert cells.starts[-1] == len(line)
    assert all(a < b for a, b in zip(cells.starts, cells.starts[1:], strict=False))


@given(LINES)
def test_nothing_that_a_terminal_acts_upon_is_drawn(line: str) -> None:
    drawn = "".join(cells_of(line).shown)
    assert not any(c in drawn for c in "\t\x1b\x00\u202e")


def test_a_tab_goes_to_the_next_fourth_column() -> None:
    assert cells_of("\ta\tb").xs == (0, 4, 5, 8, 9)


@given(LINES, st.integers(8, 30))
def test_rows_hold_every_cluster_once_and_none_is_too_wide(line: str, width: int) -> None:
    cells, wrapped = cells_of(line), wrap_line(line, width)
    covered = []
    for row in range(len(wrapped.starts)):
        first, end = wrapped.bounds(row, cells)
        covered += list(range(first, end))
        assert wrapped.indent(row) + cells.xs[end] - cells.xs[first] <= width
    assert covered == list(range(cells.count))


def test_a_line_is_broken_at_a_blank_and_hangs() -> None:
    line = "  ALTER TABLE orders ADD COLUMN total numeric"
    wrapped, cells = wrap_line(line, 24), cells_of(line)
    rows = [
        "".join(cells.shown[a:b]) for a, b in (wrapped.bounds(n, cells) for n in range(len(wrapped.starts)))
    ]
    assert rows == ["  ALTER TABLE orders ADD ", "COLUMN total numeric"][:0] or all(
        r.endswith(" ") for r in rows[:-1]
    )
    assert wrapped.hang == 4


@given(st.lists(LINES, min_size=1, max_size=12), st.integers(8, 30), st.integers(1, 6), st.data())
def test_wherever_the_cursor_goes_it_is_in_sight(
    lines: list[str], width: int, height: int, data: st.DataObject
) -> None:
    window = Window()
    window.width, window.height = width, height
    for _ in range(4):
        line = data.draw(st.integers(0, len(lines) - 1))
        place = (line, data.draw(st.sampled_from(list(cells_of(lines[line]).starts) or [0])))
        window.follow(lines, place)
        assert window.row_of(lines, place) in window.rows(lines)
        assert 0 <= window.x_of(lines, place) <= width


@given(st.lists(LINES, min_size=1, max_size=8), st.integers(8, 30), st.data())
def test_the_place_drawn_where_a_place_is_drawn_is_that_place(
    lines: list[str], width: int, data: st.DataObject
) -> None:
    window = Window()
    window.width = width
    line = data.draw(st.integers(0, len(lines) - 1))
    place = (line, data.draw(st.sampled_from(list(cells_of(lines[line]).starts) or [0])))
    assert window.place_at(lines, window.row_of(lines, place), window.x_of(lines, place)) == place


def test_up_and_down_keep_to_their_cell_over_shorter_rows() -> None:
    window = Window()
    lines = ["create table", "x", "alter table"]
    assert window.vertical(lines, (0, 9), 1, 9) == (1, 1)
    assert window.vertical(lines, (1, 1), 1, 9) == (2, 9)


def test_down_from_the_last_row_goes_to_the_end_and_up_from_the_first_to_the_start() -> None:
    window = Window()
    assert window.vertical(["abc"], (0, 1), 1, 1) == (0, 3)
    assert window.vertical(["abc"], (0, 2), -1, 2) == (0, 0)
