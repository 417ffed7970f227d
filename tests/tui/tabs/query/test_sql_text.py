"""The text of a statement on the screen."""

from __future__ import annotations

import pytest

from pgplumb.tui.tabs.query.sql_text import LAID_OUT, ONE_LINE, laid_out, one_line
from pgplumb.tui.widgets.ink import text_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SELECT  a,\n\t b\nFROM t", "SELECT a, b FROM t"),
        ("-- a note\nSELECT a -- why\nFROM t", "SELECT a FROM t"),
        ("/* id=7 */ SELECT 'a\n  b' FROM t", "SELECT 'a b' FROM t"),
        ("SELECT (\n  SELECT 1\n)", "SELECT (SELECT 1)"),
        ("SELECT '-- not a comment'", "SELECT '-- not a comment'"),
        ("", ""),
    ],
)
def test_a_line_holds_the_statement_without_line_breaks_and_comments(text: str, shown: str) -> None:
    assert text_of(one_line(text)) == shown


def test_only_words_that_begin_a_clause_are_coloured() -> None:
    coloured = [
        span.text.strip() for span in one_line('SELECT "from", x FROM t WHERE a AND b') if span.ink != "text"
    ]
    assert coloured == ["SELECT", "FROM", "WHERE"]


def test_a_long_text_is_cut_in_a_line_and_says_so() -> None:
    line = text_of(one_line("SELECT " + "a, " * 400_000))
    assert len(line) <= ONE_LINE + 2
    assert line.endswith("…")


def test_of_a_megabyte_only_the_beginning_is_laid_out_and_the_rest_is_counted() -> None:
    text = "SELECT " + ", ".join(f"column_{n}" for n in range(90_000))
    found = laid_out(text, 80)
    assert len(found.lines) < LAID_OUT / 40
    assert f"{len(text) - LAID_OUT:,} more characters are not shown" in text_of(found.lines[-1])


def test_what_is_shown_whole_says_nothing_of_a_rest() -> None:
    assert [text_of(line) for line in laid_out("SELECT a FROM t", 80).lines] == ["SELECT a", "FROM t"]
