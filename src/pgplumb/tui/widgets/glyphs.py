"""The signs of the screen and their stand-ins where the terminal cannot show them.

Every sign is one cell wide and so is its stand-in: a terminal without UTF-8 gets the same layout, and whoever
draws need not think of it (`AsciiOnly` filters what goes out).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

from pgplumb.tui.widgets.ink import InkName, Span

if TYPE_CHECKING:
    from textual.color import Color

RULE = "─"
BAR = "│"
TEE_DOWN = "┬"
TEE_UP = "┴"
CROSS = "┼"
ARROW = "→"
OPEN = "▾"
CLOSED = "▸"
ASCENDING = "▴"
DESCENDING = "▾"
CURSOR = "▌"
REFRESH = "↻"
DOT = "·"
ELLIPSIS = "…"


class Mark(NamedTuple):
    """How a status is shown: a sign, a word and an ink, so that no reader depends on one of them."""

    glyph: str
    word: str
    ink: InkName

    @property
    def span(self) -> Span:
        """The sign alone, in its ink."""
        return Span(self.glyph, self.ink)


PASS = Mark("✓", "pass", "pass")
FAIL = Mark("✗", "fail", "fail")
WARN = Mark("!", "warn", "warn")
UNKNOWN = Mark("?", "unknown", "unknown")
WAIVED = Mark("~", "waived", "waived")
NOT_APPLICABLE = Mark("·", "not applicable", "faint")

STAND_INS = {
    "✓": "+", "✗": "x", "·": ".", "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "▾": "v", "▸": ">",
    "▴": "^", "▌": ">", "↻": "@", "│": "|", "─": "-", "┬": "+", "┴": "+", "├": "+", "┤": "+", "┼": "+",
    "┌": "+", "┐": "+", "└": "+", "┘": "+", "×": "x", "≥": ">", "≤": "<", "−": "-", "–": "-", "—": "-",
    "‘": "'", "’": "'", "“": '"', "”": '"', "•": "*", "Δ": "d", "∞": "~", "≈": "~", "␤": " ", "␛": ".",
    "▁": "_", "▂": ".", "▃": ".", "▄": "-", "▅": "=", "▆": "=", "▇": "#", "█": "#", "░": ".", "▒": ":",
    "▔": "-", "▊": "#", "▎": "|", "▏": "|", "▕": "|",
}  # fmt: skip


def to_ascii(text: str) -> str:
    """Return text of the same width in cells with ASCII characters alone."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else STAND_INS.get(c) or "?" * cell_len(c) for c in text)


class AsciiOnly(LineFilter):
    """Replaces what a terminal without UTF-8 cannot show, in everything that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with ASCII text of equal width."""
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]
