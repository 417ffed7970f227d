"""Rows: filtered, sorted, found again by key."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from pgplumb.tui.widgets.row_view import RowView


class Row(NamedTuple):
    """A record."""

    key: int
    name: str
    size: int | None = None
    depth: int = 0


def view(*rows: Row, tree: bool = False) -> RowView[Row]:
    """A view of some rows."""
    made = RowView[Row](lambda r: r.key, lambda r: r.name, (lambda r: r.depth) if tree else None)
    made.replace(rows)
    return made


def names(of: RowView[Row]) -> list[str]:
    """What is shown."""
    return [row.name for row in of.rows]


def test_rows_without_a_value_sort_last_in_both_directions() -> None:
    shown = view(Row(1, "a", 5), Row(2, "b", None), Row(3, "c", 9))
    shown.sort(lambda r: r.size)
    assert names(shown) == ["a", "c", "b"]
    shown.sort(lambda r: r.size, reverse=True)
    assert names(shown) == ["c", "a", "b"]


def test_ties_keep_the_order_of_the_records_in_both_directions() -> None:
    shown = view(Row(1, "a", 5), Row(2, "b", 5), Row(3, "c", 5))
    shown.sort(lambda r: r.size, reverse=True)
    assert names(shown) == ["a", "b", "c"]


def test_filter_and_order_survive_new_rows() -> None:
    shown = view(Row(1, "aa", 1), Row(2, "ab", 2), Row(3, "bb", 3))
    shown.filter("a")
    shown.sort(lambda r: r.size, reverse=True)
    shown.replace([Row(4, "ac", 9), Row(1, "aa", 1), Row(3, "bb", 3)])
    assert names(shown) == ["ac", "aa"]
    assert shown.total == 3


def test_a_row_is_found_by_its_key_where_it_is_shown_now() -> None:
    shown = view(Row(1, "aa", 1), Row(2, "ab", 2))
    shown.sort(lambda r: r.size, reverse=True)
    assert shown.position(1) == 1
    shown.filter("ab")
    assert shown.position(1) is None
    assert shown.position(2) == 0


def test_a_match_in_a_tree_brings_the_rows_above_it() -> None:
    shown = view(
        Row(1, "keys", depth=0),
        Row(2, "indexed", depth=1),
        Row(3, "orders", depth=2),
        Row(4, "types", depth=0),
        Row(5, "no char", depth=1),
        Row(6, "orders too", depth=2),
        Row(7, "money", depth=1),
        tree=True,
    )
    shown.filter("orders")
    assert [row.key for row in shown.rows] == [1, 2, 3, 4, 5, 6]


def test_the_order_of_a_tree_is_its_own() -> None:
    shown = view(Row(1, "b", 2), Row(2, "a", 1, depth=1), tree=True)
    shown.sort(lambda r: r.size)
    assert names(shown) == ["b", "a"]


@given(
    rows=st.lists(st.tuples(st.text("ab", min_size=1, max_size=3), st.integers(0, 3)), max_size=15),
    wanted=st.text("ab", min_size=1, max_size=2),
)
def test_a_filtered_tree_shows_each_match_once_below_its_own_parent(
    rows: list[tuple[str, int]], wanted: str
) -> None:
    made: list[Row] = []
    for n, (name, depth) in enumerate(rows):
        made.append(Row(n, name, depth=min(depth, made[-1].depth + 1 if made else 0)))
    shown = view(*made, tree=True)
    shown.filter(wanted)
    keys = [row.key for row in shown.rows]
    assert keys == sorted(set(keys))
    for row in made:
        if wanted in row.name:
            path = [r for r in made[: row.key] if r.depth < row.depth]
            parent = path[-1].key if path else None
            assert row.key in keys
            assert parent is None or parent in keys
