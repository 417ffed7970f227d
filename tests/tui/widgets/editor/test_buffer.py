"""The text of the editor: every change can be taken back, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.tui.widgets.editor.buffer import LONGEST_LINE, MOST_CHARACTERS, Splice, TextBuffer

TEXTS = st.text("ab \n\té中\u0301'", max_size=40)
EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.one_of(st.text("a \n", max_size=1), TEXTS)),
    max_size=12,
)


def place(buffer: TextBuffer, offset: int) -> tuple[int, int]:
    """The place of a character, counted from the start of the text."""
    before = buffer.text[: min(offset, len(buffer.text))]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


@given(TEXTS, EDITS)
def test_a_change_replaces_exactly_what_it_names_and_is_taken_back_exactly(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    buffer = TextBuffer(text)
    expected = [text]
    for a, b, inserted in edits:
        now = buffer.text
        a, b = sorted((min(a, len(now)), min(b, len(now))))
        buffer.close_step()
        buffer.replace(place(buffer, a), place(buffer, b), inserted)
        assert buffer.text == now[:a] + inserted + now[b:]
        if buffer.text != now:
            expected.append(buffer.text)
    for known in reversed(expected[:-1]):
        assert buffer.undo()
        assert buffer.text == known
    assert not buffer.undo()
    for known in expected[1:]:
        assert buffer.redo()
        assert buffer.text == known
    assert not buffer.redo()


@given(TEXTS, EDITS)
def test_what_is_said_of_replaced_lines_is_what_happened_to_them(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    mirror: list[str] = []
    buffer: TextBuffer

    def spliced(splice: Splice) -> None:
        mirror[splice.first : splice.first + splice.removed] = buffer.lines[
            splice.first : splice.first + splice.added
        ]

    buffer = TextBuffer(text, spliced)
    mirror[:] = buffer.lines
    for a, b, inserted in edits:
        start, end = sorted((place(buffer, a), place(buffer, b)))
        buffer.replace(start, end, inserted)
        assert mirror == buffer.lines
    while buffer.undo():
        assert mirror == buffer.lines
    buffer.load("x\ny")
    assert mirror == ["x", "y"]


def typed(text: str, buffer: TextBuffer | None = None) -> TextBuffer:
    """A buffer into which a text was typed, key by key."""
    buffer = buffer or TextBuffer()
    for character in text:
        buffer.insert(character)
    return buffer


def test_undo_takes_back_a_word_and_not_a_letter() -> None:
    buffer = typed("drop table orders")
    buffer.undo()
    assert buffer.text == "drop table "
    buffer.undo()
    assert buffer.text == "drop "


def test_typing_elsewhere_is_another_step() -> None:
    buffer = typed("abc")
    buffer.move((0, 0))
    typed("x", buffer)
    buffer.undo()
    assert buffer.text == "abc"


def test_what_was_deleted_key_by_key_comes_back_at_once() -> None:
    buffer = typed("abcdef")
    buffer.close_step()
    for _ in range(3):
        buffer.replace(buffer.left_of(buffer.cursor), buffer.cursor, "")
    assert buffer.text == "abc"
    buffer.undo()
    assert buffer.text == "abcdef"


def test_the_selection_is_there_again_after_undo() -> None:
    buffer = TextBuffer("select 1")
    buffer.move((0, 0))
    buffer.move((0, 6), select=True)
    buffer.insert("x")
    buffer.undo()
    assert buffer.selected == "select"


def test_a_change_after_undo_leaves_nothing_to_redo() -> None:
    buffer = typed("a")
    buffer.undo()
    typed("b", buffer)
    assert not buffer.redo()
    assert buffer.text == "b"


def test_another_text_as_a_change_is_taken_back_whole() -> None:
    buffer = TextBuffer("one\ntwo")
    buffer.replace_all("three")
    assert buffer.cursor == (0, 0)
    buffer.undo()
    assert buffer.text == "one\ntwo"


def test_line_breaks_of_every_kind_count_as_one() -> None:
    assert TextBuffer("a\r\nb\rc\nd").lines == ["a", "b", "c", "d"]


def test_the_cursor_does_not_stop_inside_a_letter_with_its_marks() -> None:
    buffer = TextBuffer("ae\u0301\u0323b")
    assert buffer.right_of((0, 1)) == (0, 4)
    assert buffer.left_of((0, 4)) == (0, 1)


@pytest.mark.parametrize(
    ("text", "place", "left", "right"),
    [
        ("alter table a.b", (0, 11), (0, 6), (0, 13)),
        ("alter table", (0, 0), (0, 0), (0, 5)),
        ("one\n  two", (1, 2), (1, 0), (1, 5)),
        ("one\n  two", (1, 0), (0, 3), (1, 5)),
        ("one\ntwo", (0, 3), (0, 0), (1, 0)),
        ("a  ", (0, 1), (0, 0), (0, 3)),
    ],
)
def test_words(text: str, place: tuple[int, int], left: tuple[int, int], right: tuple[int, int]) -> None:
    buffer = TextBuffer(text)
    assert (buffer.word_left_of(place), buffer.word_right_of(place)) == (left, right)


def test_home_goes_to_the_first_character_and_then_to_the_line_start() -> None:
    buffer = TextBuffer("    id int")
    assert buffer.line_start((0, 8)) == (0, 4)
    assert buffer.line_start((0, 4)) == (0, 0)
    assert buffer.line_start((0, 0)) == (0, 4)


def test_more_than_the_editor_takes_is_refused_with_figures() -> None:
    buffer = TextBuffer("x")
    assert "1,000,001" in (buffer.refusal("\n" * MOST_CHARACTERS) or "")
    assert "a line of 20,001" in (buffer.refusal("y" * (LONGEST_LINE + 1)) or "")
    assert buffer.refusal("y" * LONGEST_LINE) is None


def test_what_was_deleted_makes_room_again() -> None:
    buffer = TextBuffer("\n" * (MOST_CHARACTERS - 1))
    assert buffer.refusal("ab") is not None
    buffer.replace((0, 0), (10, 0), "")
    assert buffer.refusal("ab") is None
