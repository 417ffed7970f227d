"""What is typed after `/`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.tui.widgets.row_filter import RowFilter
from pgplumb.tui.widgets.row_view import RowView

TEXTS = st.text(alphabet="abAB!_. ΣσςßİıK-é", max_size=8)


def passes(typed: str, text: str) -> bool:
    """Whether a text passes a filter."""
    return RowFilter.parse(typed).matches(text, text.casefold())


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("ord", "sales.orders", True),
        ("ord", "sales.ORDERS", True),
        ("ORD", "sales.orders", False),
        ("ORD", "sales.ORDERS", True),
        ("sal ord", "sales.orders", True),
        ("ord sal", "sales.orders", True),
        ("!ord", "sales.orders", False),
        ("!ord", "sales.items", True),
        ("sal !items", "sales.orders", True),
        ("sal !items", "sales.items", False),
        ("!", "sales.orders", True),
        ("  ", "sales.orders", True),
    ],
)
def test_words_must_all_be_there_and_negated_ones_must_not(typed: str, text: str, expected: bool) -> None:
    assert passes(typed, text) is expected


@given(first=TEXTS, second=TEXTS, text=TEXTS)
def test_a_filter_that_refines_another_passes_nothing_that_the_other_refuses(
    first: str, second: str, text: str
) -> None:
    one, other = RowFilter.parse(first), RowFilter.parse(second)
    if one.refines(other) and one.matches(text, text.casefold()):
        assert other.matches(text, text.casefold())


@given(rows=st.lists(TEXTS, max_size=12), typed=st.lists(TEXTS, max_size=5))
def test_typing_on_finds_what_typing_it_at_once_finds(rows: list[str], typed: list[str]) -> None:
    numbered = list(enumerate(rows))
    step_by_step = RowView[tuple[int, str]](lambda row: row[0], lambda row: row[1])
    step_by_step.replace(numbered)
    for text in typed:
        step_by_step.filter(text)
    at_once = RowView[tuple[int, str]](lambda row: row[0], lambda row: row[1])
    at_once.replace(numbered)
    if typed:
        at_once.filter(typed[-1])
    assert list(step_by_step.rows) == list(at_once.rows)


@given(text=TEXTS)
def test_growing_by_a_letter_narrows_unless_a_word_is_negated(text: str) -> None:
    shorter, longer = RowFilter.parse(text), RowFilter.parse(text + "x")
    if not any(term.negated for term in longer.terms) and not text.endswith((" ", "!")):
        assert longer.refines(shorter)
