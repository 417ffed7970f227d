"""Text from strangers, and how numbers are written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.foundation.text import (
    age,
    calm_age,
    cell_width,
    count,
    duration,
    fit,
    percent,
    sanitise,
    sanitise_block,
    shorten,
    size,
)

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me", "Mc"]),
        st.sampled_from("\x1b\x9b\u202e\u2066\u200d\ufe0f\n\r\t👩👧🇩🇪👍🏽"),
    )
)
"""Any text, with far more of what breaks terminals than chance would give."""

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"}


@given(HOSTILE)
def test_a_sanitised_line_holds_nothing_that_a_terminal_acts_upon(text: str) -> None:
    line = sanitise(text)
    assert not {unicodedata.category(c) for c in line} & FORBIDDEN
    assert all(c == " " or unicodedata.category(c) != "Zs" for c in line)


@given(HOSTILE)
def test_sanitising_twice_changes_nothing_more(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)


@given(HOSTILE)
def test_the_width_of_a_sanitised_line_is_the_sum_of_its_characters(text: str) -> None:
    line = sanitise(text)
    assert cell_width(line) == sum(map(cell_width, line))


@given(HOSTILE)
def test_no_text_but_an_empty_one_or_mere_styling_becomes_invisible(text: str) -> None:
    styling = "\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
    assert cell_width(sanitise(text)) > 0 or not text.strip(styling)


@given(HOSTILE)
def test_the_ascii_form_is_ascii_and_printable(text: str) -> None:
    line = sanitise(text, ascii_only=True)
    assert line.isascii()
    assert line.isprintable()


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert sanitise(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("red \x1b[31m", "red ␛[31m"),
        ("title \x1b]0;pwned\x07", "title ␛]0;pwned␇"),
        ("c1 \x9b31m", "c1 ·31m"),
        ("two\r\nlines", "two␤lines"),
        ("tab\there", "tab␉here"),
        ("\u202egnp.exe", "·gnp.exe"),
        ("a\u200bb", "a·b"),
        ("\ud800", "�"),
        ("no\u00a0break", "no break"),
        ("Grüße, 顧客, Ωmega", "Grüße, 顧客, Ωmega"),
        ("👩\u200d👧", "👩·👧"),
        ("\u26a0\ufe0f stop", "⚠ stop"),
        ("🇩🇪", "DE"),
        ("\u0301bare", "◌\u0301bare"),
        ("[red]markup[/]", "[red]markup[/]"),
    ],
)
def test_hostile_names_read_as_what_they_are(text: str, line: str) -> None:
    assert sanitise(text) == line


def test_a_pile_of_marks_is_cut() -> None:
    assert sanitise("z" + "\u0301" * 40 + "y") == "z\u0301\u0301\u0301·y"


def test_a_block_keeps_its_lines_and_nothing_else() -> None:
    assert sanitise_block("a\r\n\tb\x1b\nc") == "a\n    b␛\nc"


@given(HOSTILE, st.integers(0, 40))
def test_a_shortened_line_is_never_too_wide(text: str, width: int) -> None:
    line = sanitise(text)
    short = shorten(line, width)
    assert cell_width(short) <= width
    assert short == line or width == 0 or short.endswith("…")


@given(HOSTILE, st.integers(1, 40), st.booleans())
def test_a_fitted_line_is_exactly_as_wide_as_asked(text: str, width: int, right: bool) -> None:
    assert cell_width(fit(sanitise(text), width, right=right)) == width


def test_a_wide_character_is_never_cut_in_half() -> None:
    assert shorten("顧客顧客", 4) == "顧…"
    assert fit("顧客顧客", 4) == "顧… "


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1204, "1,204"), (412_004, "412,004"), (999_999, "999,999"), (999_999.6, "1.0 M"),
     (12_400_000, "12.4 M"), (204_100_000, "204.1 M"), (999_949_999, "999.9 M"), (999_950_000, "1.0 G"),
     (-12_400_000, "-12.4 M")],
)  # fmt: skip
def test_counts(number: float, text: str) -> None:
    assert count(number) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1023.9, "1 kB"), (8192, "8 kB"), (212 << 20, "212 MB"), (1536 << 10, "1.5 MB"),
     ((1 << 30) - 1, "1.0 GB"), (int(3.1 * (1 << 30)), "3.1 GB"), ((1 << 40) - 1, "1.0 TB")],
)  # fmt: skip
def test_sizes(octets: float, text: str) -> None:
    assert size(octets) == text


@given(st.integers(0, 1 << 60))
def test_a_size_is_never_written_with_a_unit_that_is_too_small(octets: int) -> None:
    number, unit = size(octets).split()
    assert float(number.replace(",", "")) < 1024 or unit == "PB"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (0.44, "0.4 s"), (9.99, "9.9 s"), (12, "12 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"),
     (3600, "1 h"), (47 * 3600, "47 h"), (3 * 86400, "3 d"), (-5, "0.0 s")],
)  # fmt: skip
def test_ages(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_an_age_that_stands_on_a_screen_has_no_second_hand() -> None:
    assert {calm_age(seconds) for seconds in (0, 0.4, 12, 59.9)} == {"<1 min"}
    assert calm_age(60) == age(60) == "1 min"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.00004, "0.04 ms"),
        (0.0031, "3.1 ms"),
        (0.12, "120 ms"),
        (0.9996, "1.0 s"),
        (1.9, "1.9 s"),
        (240, "4 min"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(0, "0 %"), (0.0004, "<1 %"), (0.04, "4 %"), (0.996, "99.6 %"), (0.99999, "99.9 %"), (1, "100 %")],
)
def test_percentages(ratio: float, text: str) -> None:
    assert percent(ratio) == text
