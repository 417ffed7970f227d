"""What the terminal can do, found out from the environment before anything is drawn."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from pgplumb.foundation.config import Config

_TRUE = ("truecolor", "24bit")
_FULL_TERMS = ("256color", "kitty", "alacritty", "wezterm", "ghostty", "foot", "direct", "xterm-kitty")


@dataclass(frozen=True, slots=True)
class Terminal:
    """How to draw here."""

    theme: str
    """The name of a theme."""
    plain: bool
    """The terminal's own 16 colours, or none: chosen when the app is made, since it cannot be changed later."""
    unicode: bool
    mouse: bool
    refusal: str | None = None
    """Why nothing can be drawn here; None where it can."""


def find_terminal(
    config: Config, environment: Mapping[str, str] | None = None, encoding: str = ""
) -> Terminal:
    """Return what the terminal can do; the configuration has the last word.

    `encoding` is that of the stream that is drawn on: Textual writes to standard error.
    """
    env = os.environ if environment is None else environment
    encoding = encoding or getattr(sys.__stderr__, "encoding", "") or "ascii"
    term = env.get("TERM", "")
    no_color = "NO_COLOR" in env
    few_colours = env.get("COLORTERM", "").lower() not in _TRUE and not any(t in term for t in _FULL_TERMS)
    theme = config.theme or "auto"
    if theme in ("auto", "plumb"):
        theme = "light" if _light_background(env) else "dark"
    if no_color or few_colours:
        theme = "ansi-light" if "light" in theme else "ansi"
    elif theme == "ansi" and _light_background(env):
        theme = "ansi-light"
    names = {
        "dark": "plumb-dark",
        "light": "plumb-light",
        "ansi": "plumb-ansi",
        "ansi-light": "plumb-ansi-light",
    }
    glyphs_unicode = (
        encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig") and term != "linux"
    )
    over_ssh = bool(env.get("SSH_CONNECTION") or env.get("SSH_TTY"))
    return Terminal(
        theme=names.get(theme, theme),
        plain=theme.startswith("ansi"),
        unicode=glyphs_unicode if config.glyphs == "auto" else config.glyphs == "unicode",
        mouse=not over_ssh if config.mouse is None else config.mouse,
        refusal=_refusal(term),
    )


def _refusal(term: str) -> str | None:
    if term in ("dumb", "unknown"):
        return (
            f"the terminal cannot be drawn on: TERM is {term}. Set TERM to what your terminal is"
            " (often xterm-256color), or use `pgplumb check`."
        )
    return None


def _light_background(env: Mapping[str, str]) -> bool:
    """COLORFGBG is "foreground;background" in the 16 colours, where a terminal sets it."""
    background = env.get("COLORFGBG", "").rpartition(";")[2]
    return background in ("7", "15")


def trust_terminal() -> None:
    """Draw where the terminal is, as large as it says it is: Textual would believe others first.

    It draws on standard error; where that goes elsewhere, standard output is the terminal. And COLUMNS and LINES
    stay what they were when somebody exported them, whatever becomes of the window.
    """
    if sys.__stderr__ is None or not sys.__stderr__.isatty():
        setattr(sys, "__stderr__", sys.__stdout__)  # noqa: B010
    with suppress(OSError, AttributeError, ValueError):
        if all(os.get_terminal_size(sys.__stderr__.fileno())):  # type: ignore[union-attr]
            for name in ("COLUMNS", "LINES"):
                os.environ.pop(name, None)
