"""What standard output can show: width, colour, Unicode; and lines fitted to it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from pgplumb.foundation.text import cell_width, sanitise

_INKS = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "faint": "2"}
_ASCII = str.maketrans({"✓": "+", "≤": "<=", "✗": "x", "·": ".", "…": "~", "─": "-", "→": ">"})
WIDEST = 120
"""Lines are not drawn wider: nobody reads a sentence of 200 characters."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the output is like."""

    width: int
    colour: bool
    unicode: bool

    @classmethod
    def of(cls, stream: TextIO) -> Screen:
        """Return what a stream can show: colour on a terminal alone, and not where NO_COLOR is set."""
        terminal = stream.isatty()
        colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
        width = shutil.get_terminal_size((WIDEST, 40)).columns if terminal else WIDEST
        try:
            "✓✗·…".encode(stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return cls(min(width, WIDEST), colour, False)
        return cls(min(width, WIDEST), colour, True)

    def paint(self, text: str, *inks: str) -> str:
        """Return text in inks, where there is colour."""
        if not self.colour or not text or not inks:
            return text
        return f"\x1b[{';'.join(_INKS[i] for i in inks)}m{text}\x1b[0m"

    def own(self, text: str) -> str:
        """Return a text of ours in what the terminal can show."""
        return text if self.unicode else text.translate(_ASCII)

    def clean(self, text: str) -> str:
        """Return one line of a text that came from elsewhere, safe to print."""
        return sanitise(text, ascii_only=not self.unicode)

    def wrap(self, text: str, indent: int, hanging: int = 0) -> Iterator[str]:
        """Cut a sanitised line at spaces so that it fits beside an indent; a long word stays whole."""
        margin, room = " " * indent, max(self.width - indent, 20)
        line, used = "", 0
        for word in text.split(" "):
            width = cell_width(word)
            if line and used + 1 + width > room:
                yield margin + line
                line, used = " " * hanging + word, hanging + width
            else:
                line, used = (f"{line} {word}", used + 1 + width) if line else (word, width)
        yield margin + line


def emit(lines: Iterable[str]) -> None:
    """Write lines to standard output. A reader that went away is no error: what follows goes nowhere."""
    from pgplumb.cli.failures import silence

    try:
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
