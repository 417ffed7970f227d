"""What is left out of the bytes to the terminal leaves every cell as it was."""

from __future__ import annotations

from random import Random

import pyte
import pytest
from pyte.screens import Char
from rich.color import ColorSystem
from rich.style import Style

from pgplumb.tui.thin import Thin

STYLES = [
    Style.parse(text)
    for text in (
        "#c8ccd4 on #12151a",
        "#8b93a1 on #12151a",
        "bold #ff7a70 on #22344d",
        "dim #ff7a70 on #22344d",
        "bold dim underline #7cb7ff",
        "italic reverse on #22344d",
        "strike red on bright_blue",
        "color(200) on color(17)",
        "none",
    )
]


class Shown:
    """What a terminal shows."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(120, 30)
        self._stream = pyte.Stream(self._screen)

    def take(self, data: str) -> None:
        """Take bytes."""
        self._stream.feed(data)

    @property
    def cells(self) -> list[list[object]]:
        """Each cell as it is seen: a blank has no ink."""
        return [[seen(self._screen.buffer[y][x]) for x in range(60)] for y in range(30)]


def seen(cell: Char) -> object:
    """A cell, without what a blank does not show."""
    marked = cell.underscore or cell.strikethrough or cell.reverse or cell.blink
    return cell if cell.data != " " or marked else (cell.data, cell.bg)


def frame(choose: Random) -> str:
    """As Textual writes one: moves, runs with all their attributes, a reset after each."""
    parts = []
    for _ in range(choose.randrange(1, 12)):
        parts.append(
            choose.choice(["", "\r\n", *[f"\x1b[{choose.randrange(1, 7)};{choose.randrange(1, 9)}H"] * 3])
        )
        style = choose.choice(STYLES)
        text = choose.choice(["I ", "- ", "orders", "  ", "größe", "I - O - -     I I", ""])
        parts.append(style.render(text, color_system=ColorSystem.TRUECOLOR) if text else "")
        parts.append(choose.choice([*[""] * 9, "plain", "\x1b[K", "\x1b[1mraw\x1b[22m\x1b[39mx\x1b[m"]))
    # Textual never draws over half of a wide character.
    parts.append(f"\x1b[20;{choose.choice([1, 3, 5])}H{choose.choice(['日本', 'ab日本', 'orders', '  '])}")
    return "".join(parts)


def test_after_every_frame_each_cell_looks_as_if_all_had_been_sent() -> None:
    choose = Random(7)
    for _ in range(60):
        thin, all_of_it, little = Thin(), Shown(), Shown()
        for _ in range(12):
            data = choose.choice(["", "\x1b[2;3H"]) + frame(choose)
            all_of_it.take(data)
            little.take(thin(data))
            assert little.cells == all_of_it.cells, repr(data)


def test_a_row_of_many_colours_takes_less_than_half() -> None:
    letters = "".join(
        STYLES[at % 3].render("I ", color_system=ColorSystem.TRUECOLOR) for at in (0, 1, 0, 1, 1, 0) * 5
    )
    assert len(Thin()("\x1b[1;1H" + letters)) < len(letters) * 0.5


def test_what_stands_there_already_is_not_sent_again() -> None:
    thin, row = Thin(), "\x1b[3;1H" + STYLES[0].render("public.orders      I I I O -")
    thin(row)
    assert thin(row) == ""
    changed = thin(row.replace("O", "I"))
    assert "public" not in changed
    assert len(changed) < 60
    thin.forget()
    assert "public" in thin(row)


@pytest.mark.parametrize("data", ["", "plain", "\x1b[?2026h\x1b[3;4H", "\x1b[38;2;1mx", "\x1b[999mx\x1b[0m"])
def test_what_is_no_frame_of_textuals_passes(data: str) -> None:
    full, little = Shown(), Shown()
    full.take(data)
    little.take(Thin()(data))
    assert little.cells == full.cells


def test_what_the_driver_says_to_the_terminal_makes_it_forget() -> None:
    thin, row = Thin(), "\x1b[3;1H" + STYLES[0].render("orders")
    for said in ("\x1b[?1049h", "\x1b]52;c;aGk=\a", "\x1b[2J"):
        thin(row)
        assert thin(said) == said
        assert "orders" in thin(row)


def test_a_colour_that_stays_is_sent_once() -> None:
    one = STYLES[2].render("a", color_system=ColorSystem.TRUECOLOR)
    assert Thin()("\x1b[1;1H" + one + "\x1b[2;1H" + one).count("\x1b[1;38") == 1
