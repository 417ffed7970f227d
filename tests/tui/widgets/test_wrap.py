"""Breaking lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pgplumb.tui.widgets.ink import Span, line, text_of
from pgplumb.tui.widgets.wrap import wrap


def test_lines_break_at_blanks_and_later_ones_are_indented() -> None:
    broken = wrap(line("the quick brown fox ", Span("jumps", "fail"), " over"), 12, 2)
    assert [text_of(part) for part in broken] == ["the quick", "  brown fox", "  jumps over"]
    assert Span("jumps", "fail") in broken[2]


def test_a_word_that_changes_its_ink_is_not_torn() -> None:
    broken = wrap(line("set status", Span(",", "sql-operator"), " closed"), 10)
    assert [text_of(part) for part in broken] == ["set", "status,", "closed"]


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert [text_of(part) for part in wrap(line("a " + "x" * 25), 10)] == ["a", "x" * 10, "x" * 10, "x" * 5]


def test_an_empty_line_is_one_line() -> None:
    assert wrap((), 10) == [()]


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4),
    width=st.integers(1, 30),
    indent=st.integers(0, 6),
)
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(texts: list[str], width: int, indent: int) -> None:
    spans = line(*texts)
    broken = wrap(spans, max(width, 2), indent)
    assert all(cell_len(text_of(part)) <= max(width, 2) for part in broken)
    safe = "".join(text_of(part) for part in wrap(spans, 10_000)).replace(" ", "")
    assert "".join(text_of(part) for part in broken).replace(" ", "") == safe
