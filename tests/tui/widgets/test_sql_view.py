"""SQL in colours."""

from __future__ import annotations

from pgplumb.sql.highlight import highlight
from pgplumb.tui.widgets.ink import Span, text_of
from pgplumb.tui.widgets.sql_view import sql_lines


def test_classes_become_inks_and_nothing_is_lost() -> None:
    text = "SELECT $1, 'it''s'\n  FROM t -- why"
    lines = sql_lines(text, highlight)
    assert [text_of(one) for one in lines] == text.split("\n")
    assert Span("SELECT", "sql-keyword") in lines[0]
    assert Span("'it''s'", "sql-string") in lines[0]
    assert Span("-- why", "sql-comment") in lines[1]


def test_a_string_over_two_lines_is_coloured_on_both() -> None:
    lines = sql_lines("select 'a\nb'", highlight)
    assert lines[0][-1] == Span("'a", "sql-string")
    assert lines[1] == (Span("b'", "sql-string"),)


def test_offsets_are_those_of_the_text_that_is_shown() -> None:
    lines = sql_lines("select '\x1b[31m' || $1", highlight)
    assert Span("$1", "sql-parameter") in lines[0]
    assert "\x1b" not in text_of(lines[0])
