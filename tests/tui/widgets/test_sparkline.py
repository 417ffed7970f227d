"""Little graphs."""

from __future__ import annotations

from pgplumb.tui.widgets.sparkline import sparkline


def test_the_last_values_are_shown_from_zero_to_the_largest() -> None:
    assert sparkline([9, 0, 4, 8], 3) == "▁▄█"


def test_something_never_looks_like_nothing_and_unknown_like_neither() -> None:
    assert sparkline([0, 0.001, None, 100], 4) == "▁▂ █"


def test_a_short_history_stands_at_the_right() -> None:
    assert sparkline([1], 3) == "  █"
