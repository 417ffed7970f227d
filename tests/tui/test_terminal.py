"""What the terminal can do."""

from __future__ import annotations

import pytest

from pgplumb.foundation.config import Config
from pgplumb.tui.terminal import find_terminal

FULL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@pytest.mark.parametrize(
    ("environment", "theme", "plain"),
    [
        (FULL, "plumb-dark", False),
        ({**FULL, "COLORFGBG": "0;15"}, "plumb-light", False),
        ({**FULL, "COLORFGBG": "15;default;0"}, "plumb-dark", False),
        ({"TERM": "xterm-256color"}, "plumb-dark", False),
        ({"TERM": "xterm"}, "plumb-ansi", True),
        ({"TERM": "linux"}, "plumb-ansi", True),
        ({"TERM": "screen"}, "plumb-ansi", True),
        ({**FULL, "NO_COLOR": "1"}, "plumb-ansi", True),
        ({**FULL, "NO_COLOR": "", "COLORFGBG": "0;7"}, "plumb-ansi-light", True),
    ],
)
def test_colours_follow_the_terminal(environment: dict[str, str], theme: str, plain: bool) -> None:
    found = find_terminal(Config(), environment, "utf-8")
    assert (found.theme, found.plain) == (theme, plain)


@pytest.mark.parametrize(
    ("term", "encoding", "unicode"),
    [
        ("xterm", "utf-8", True),
        ("xterm", "UTF8", True),
        ("xterm", "ANSI_X3.4-1968", False),
        ("xterm", "iso8859-1", False),
        ("linux", "utf-8", False),
    ],
)
def test_signs_follow_the_encoding(term: str, encoding: str, unicode: bool) -> None:
    assert find_terminal(Config(), {"TERM": term}, encoding).unicode is unicode


def test_the_mouse_is_off_over_ssh() -> None:
    assert find_terminal(Config(), FULL, "utf-8").mouse is True
    assert (
        find_terminal(Config(), {**FULL, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "utf-8").mouse is False
    )


def test_the_configuration_has_the_last_word() -> None:
    config = Config(theme="light", glyphs="ascii", mouse=True)
    found = find_terminal(config, {**FULL, "SSH_TTY": "/dev/pts/1"}, "utf-8")
    assert (found.theme, found.unicode, found.mouse) == ("plumb-light", False, True)


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_be_drawn_on_is_refused_with_the_next_step(term: str) -> None:
    refusal = find_terminal(Config(), {"TERM": term}, "utf-8").refusal
    assert refusal is not None
    assert "Set TERM" in refusal
