"""Bytes to characters to lines: the parser counts bytes of UTF-8, editors count characters."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class Positions:
    """Offsets of one text. Characters are Python's, from 0; lines and columns count from 1."""

    __slots__ = ("_bytes", "_lines", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: list[int] | None = None
        self._bytes: list[int] | None = None

    def character(self, byte: int) -> int:
        """Return the character that starts at, or holds, a byte of the text in UTF-8."""
        if self._text.isascii():
            return min(byte, len(self._text))
        if self._bytes is None:
            self._bytes = list(accumulate(map(utf8_length, self._text), initial=0))
        return bisect_right(self._bytes, byte) - 1

    def line_and_column(self, character: int) -> tuple[int, int]:
        """Return the line and the column, in characters, of a character offset."""
        if self._lines is None:
            self._lines = [0, *(n + 1 for n, c in enumerate(self._text) if c == "\n")]
        line = bisect_right(self._lines, character)
        return line, character - self._lines[line - 1] + 1

    def line(self, character: int) -> int:
        """Return the line of a character offset."""
        return self.line_and_column(character)[0]


def utf8_length(character: str) -> int:
    """Return how many bytes a character takes; a lone surrogate counts as the `?` that is sent for it."""
    code = ord(character)
    if code < 0x80 or 0xD800 <= code < 0xE000:
        return 1
    return 2 if code < 0x800 else 3 if code < 0x10000 else 4
