"""Pieces of a statement's own text: expressions are never written back from a tree.

Trees say where something begins, seldom where it ends; brackets and commas of the text do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pgplumb.sql.lexer import Token, significant
from pgplumb.sql.positions import Positions

_OPEN, _CLOSE = ("(", "["), (")", "]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of tokens of a text."""

    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        """The tokens, one space apart where the text had any space or comment."""
        found = []
        for number, token in enumerate(self.tokens):
            if number and self.tokens[number - 1].end < token.start:
                found.append(" ")
            found.append(token.text)
        return "".join(found)

    def split(self) -> tuple[Piece, ...]:
        """Cut at the commas that stand in no bracket; none of nothing."""
        pieces: list[list[Token]] = [[]]
        depth = 0
        for token in self.tokens:
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if token.text == "," and not depth:
                pieces.append([])
            else:
                pieces[-1].append(token)
        return tuple(Piece(tuple(p)) for p in pieces) if self.tokens else ()

    def group(self, start: int = 0) -> tuple[Piece, int] | None:
        """Return what the first brackets from a token on hold, and the number of the token behind them."""
        depth, first = 0, 0
        for number in range(start, len(self.tokens)):
            if self.tokens[number].text == "(":
                first = first if depth else number
                depth += 1
            elif self.tokens[number].text == ")" and depth:
                depth -= 1
                if not depth:
                    return Piece(self.tokens[first + 1 : number]), number + 1
        return None

    def find(self, *words: str, start: int = 0) -> int | None:
        """Return the number of the first token that is one of these words and stands in no bracket."""
        depth = 0
        for number in range(start, len(self.tokens)):
            token = self.tokens[number]
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if depth < 0:
                return None
            if not depth and token.lower in words:
                return number
        return None


class SourceText:
    """A statement's text, addressed by the bytes that its tree names."""

    def __init__(self, text: str) -> None:
        self._positions = Positions(text)
        self._whole = Piece(tuple(t for t in significant(text) if t.text != ";"))

    def after(self, byte: int) -> Piece:
        """Return everything from a place on."""
        start = self._positions.character(byte)
        return Piece(tuple(t for t in self._whole.tokens if t.start >= start))

    def until(self, byte: int, stops: Collection[str], before: int | None = None) -> Piece:
        """Return what stands from a place to the next comma, closing bracket or stop word in no bracket of it.

        `before` is a place that it does not go beyond.
        """
        start = self._positions.character(byte)
        return self.until_from(
            start, stops, self._positions.character(before) if before is not None else None
        )

    def until_from(self, start: int, stops: Collection[str], end: int | None = None) -> Piece:
        """Return the same from a character on."""
        depth = 0
        found = []
        for token in self._whole.tokens:
            if token.start < start:
                continue
            if end is not None and token.start >= end:
                break
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if depth < 0 or (not depth and (token.text == "," or token.lower in stops)):
                break
            found.append(token)
        return Piece(tuple(found))

    def bracketed(self, byte: int) -> Piece | None:
        """Return what the first brackets from a place on hold."""
        found = self.after(byte).group()
        return found[0] if found else None
