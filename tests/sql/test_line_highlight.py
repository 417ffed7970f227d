"""Highlighting by the line says the same as highlighting the whole text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.sql.highlight import highlight
from pgplumb.sql.line_highlight import highlight_line
from tests.sql.scripts import STATEMENTS

PIECES = st.sampled_from(
    ["select", " ", "\n", "'", "''", "E'", "\\", '"', "$$", "$f$", "/*", "*/", "--", "1.5", "$1", "a", ";", "U&'", "b'"]
)  # fmt: skip


def by_line(text: str) -> list[str | None]:
    """The class of each character, found line by line."""
    classes: list[str | None] = []
    opening = ""
    for line in text.split("\n"):
        pieces, opening = highlight_line(line, opening)
        found: list[str | None] = [None] * (len(line) + 1)
        for start, end, kind in pieces:
            found[start:end] = [kind] * (end - start)
        classes += found
    return classes[:-1]


def at_once(text: str) -> list[str | None]:
    """The class of each character but line breaks, found in the whole text."""
    classes: list[str | None] = [None] * len(text)
    for start, end, kind in highlight(text):
        classes[start:end] = [kind] * (end - start)
    return [None if character == "\n" else kind for character, kind in zip(text, classes, strict=True)]


@given(st.one_of(st.lists(PIECES).map("".join), st.sampled_from(STATEMENTS)))
def test_a_text_highlighted_by_the_line_looks_as_if_highlighted_at_once(text: str) -> None:
    # A line has its end: a backslash that stands last is not the text's last character.
    assert by_line(text) == at_once(text + "\n")[:-1]


@pytest.mark.parametrize(
    ("line", "opening", "left"),
    [
        ("select 'a", "", "'"),
        ("it''s", "'", "'"),
        ("b' from t", "'", ""),
        ("n\\'", "E'", "E'"),
        ("/* a /* b", "", "/*/*"),
        ("x */ c", "/*/*", "/*"),
        ("AS $body$ BEGIN", "", "$body$"),
        ("END $body$;", "$body$", ""),
        ('"a', "", '"'),
        ("-- it's", "", ""),
    ],
)
def test_what_a_line_leaves_open_is_handed_to_the_next(line: str, opening: str, left: str) -> None:
    assert highlight_line(line, opening)[1] == left
