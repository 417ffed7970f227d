"""What is left out of the bytes to the terminal leaves every cell as it was."""

from __future__ import annotations

from random import Random

import pyte
import pytest
from rich.color import ColorSystem
from rich.style import Style

from pgplumb.tui.thin import thin

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


def screen(data: str) -> list[list[object]]:
    shown = pyte.Screen(40, 6)
    pyte.Stream(shown).feed(data)
    return [[shown.buffer[y][x] for x in range(40)] for y in range(6)]


def frame(choose: Random) -> str:
    """As Textual writes one: moves, runs with all their attributes, a reset after each."""
    parts = []
    for _ in range(choose.randrange(1, 12)):
        parts.append(choose.choice(["", "\r\n", f"\x1b[{choose.randrange(1, 7)};{choose.randrange(1, 30)}H"]))
        style = choose.choice(STYLES)
        text = choose.choice(["I ", "- ", "orders", "  ", "größe", ""])
        parts.append(style.render(text, color_system=ColorSystem.TRUECOLOR) if text else "")
        parts.append(choose.choice(["", "", "", "plain", "\x1b[K", "\x1b[1mraw\x1b[22m\x1b[39mx\x1b[m"]))
    return "".join(parts)


def test_every_cell_and_what_is_drawn_afterwards_look_the_same() -> None:
    choose = Random(7)
    for _ in range(400):
        data = frame(choose)
        assert screen(thin(data) + "\x1b[6;1Hafter") == screen(data + "\x1b[6;1Hafter"), repr(data)


def test_a_row_of_many_colours_takes_less_than_half() -> None:
    letters = "".join(
        STYLES[at % 3].render("I ", color_system=ColorSystem.TRUECOLOR) for at in (0, 1, 0, 1, 1, 0) * 5
    )
    assert len(thin(letters)) < len(letters) * 0.5


@pytest.mark.parametrize("data", ["", "plain", "\x1b[?2026h\x1b[3;4H", "\x1b[38;2;1mx", "\x1b[999mx\x1b[0m"])
def test_what_is_no_frame_of_textuals_passes(data: str) -> None:
    assert screen(thin(data)) == screen(data)


def test_a_style_that_stays_is_sent_once() -> None:
    one = STYLES[2].render("a", color_system=ColorSystem.TRUECOLOR)
    assert thin(one + one) == thin(one).replace("a", "aa")
    assert thin(one + "\x1b[2;1H" + one).count("\x1b[1;38") == 1
