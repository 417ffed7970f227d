"""Lines of text in inks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from pgplumb.tui.widgets.glyphs import STAND_INS, to_ascii
from pgplumb.tui.widgets.ink import (
    INK_NAMES,
    InkName,
    Line,
    Span,
    dirty_width,
    ends,
    fitted,
    line,
    merged,
    text_of,
    to_strip,
    width_of,
)

HOSTILE = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\x1b\n\r\t\x07\u202e\u200d\u0301✗漢🏳"),
    max_size=12,
)
INKS: st.SearchStrategy[InkName] = st.sampled_from(INK_NAMES)
LINES: st.SearchStrategy[Line] = st.lists(st.builds(Span, HOSTILE, INKS), max_size=5).map(tuple)


@given(spans=LINES, width=st.integers(0, 40), right=st.booleans())
def test_a_fitted_line_has_exactly_the_width_and_nothing_a_terminal_acts_upon(
    spans: Line, width: int, right: bool
) -> None:
    made = fitted(spans, width, right=right)
    assert sum(cell_len(span.text) for span in made) == width
    assert all(span.text.isprintable() or not span.text for span in made)


@given(spans=LINES)
def test_merging_changes_no_character(spans: Line) -> None:
    clean = fitted(spans, 60)
    assert text_of(merged(clean)) == text_of(clean)


def test_blanks_cost_no_style_of_their_own() -> None:
    assert merged((Span("  "), Span("a", "fail"), Span("   "), Span("b", "warn"), Span("  "))) == (
        Span("  a   ", "fail"),
        Span("b  ", "warn"),
    )


def test_blanks_of_a_badge_keep_its_background() -> None:
    spans = (
        Span("a"),
        Span(" ", "badge-prod"),
        Span("PROD", "badge-prod"),
        Span(" ", "badge-prod"),
        Span("  "),
    )
    assert merged(spans) == (Span("a"), Span(" PROD ", "badge-prod"), Span("  "))


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert text_of(fitted("sales.order_items", 10)) == "sales.ord…"
    assert text_of(fitted(line("sales.", Span("orders", "fail")), 6)) == "sales…"
    assert text_of(fitted("12", 5, right=True)) == "   12"


def test_the_right_part_of_a_line_stays_and_the_left_one_gives_way() -> None:
    assert text_of(ends("a long title", "9 fail", 14)) == "a long… 9 fail"
    assert text_of(ends("title", "9 fail", 6)) == "9 fail"


@given(before=LINES, after=LINES, width=st.integers(1, 40))
def test_beyond_the_dirty_width_two_lines_look_the_same(before: Line, after: Line, width: int) -> None:
    styles = {name: Style(color=f"color({n})") for n, name in enumerate(INK_NAMES)}
    old, new = fitted(before, width), fitted(after, width)
    edge = dirty_width(old, new, width)

    def cells(spans: Line) -> list[tuple[str, Style | None]]:
        return [
            (character, segment.style)
            for segment in to_strip(spans, width, styles).crop(edge, width)
            for character in segment.text
            if character != " "
        ]

    assert cells(old) == cells(new)


@given(text=HOSTILE)
def test_ascii_has_the_same_width(text: str) -> None:
    shown = text_of(fitted(text, width_of(text)))
    assert to_ascii(shown).isascii()
    assert cell_len(to_ascii(shown)) == cell_len(shown)


def test_every_sign_and_its_stand_in_take_one_cell() -> None:
    assert {cell_len(sign) for sign in STAND_INS} == {1}
    assert {len(stand_in) for stand_in in STAND_INS.values()} == {1}
