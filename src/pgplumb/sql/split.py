"""Cutting a script into statements as psql does, without a parser: a script being typed has statements too.

Semicolons inside strings, comments, parentheses and `BEGIN ATOMIC` bodies do not end a statement. psql's
backslash commands and the data rows after `COPY ... FROM STDIN` are no part of any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.positions import Positions


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script: from its first token to its last, without leading comments and semicolon."""

    start: int
    end: int
    line: int
    """The line of its first token, from 1."""
    text: str
    """`script[start:end]`; psql's commands inside are spaces."""
    kind: str
    """In the manner of a command tag: "CREATE INDEX", "ALTER TABLE", "UPDATE"."""


def split(text: str) -> tuple[Statement, ...]:
    """Cut a script into its statements; empty ones are left out. Never fails."""
    positions = Positions(text)
    return tuple(_statement(text, found, positions) for found in _cut(text))


def _statement(text: str, found: list[Token], positions: Positions) -> Statement:
    start, end = found[0].start, found[-1].end
    source = text[start:end]
    for token in found:
        if token.kind == "meta" and token.text.startswith("\\"):
            source = source[: token.start - start] + " " * len(token.text) + source[token.end - start :]
    return Statement(start, end, positions.line(start), source, kind_of(found))


def _cut(text: str) -> Iterator[list[Token]]:
    """Yield the tokens of each statement, spaces and comments left out."""
    position = 0
    while position < len(text):
        found, position, balanced = _take(text, position, parentheses=True)
        if not balanced:
            found, position, _ = _take(text, found[0].start, parentheses=False)
        while found and found[-1].kind == "meta" and found[-1].text.startswith("\\"):
            found.pop()
        if found:
            yield found
            if _reads_rows(found):
                position = _after_rows(text, position)


def _take(text: str, position: int, parentheses: bool) -> tuple[list[Token], int, bool]:
    """Return one statement's tokens, where the next may begin, and whether its parentheses closed."""
    found: list[Token] = []
    depth = 0
    body = _AtomicBody()
    for token in tokens(text, position):
        if token.kind in ("space", "comment"):
            continue
        if token.kind == "meta" and token.text.startswith("\\"):
            if not found:
                continue
            found.append(token)
            if token.text.startswith("\\g"):
                return found, token.end, depth <= 0
            continue
        if token.text in (";", "\\;") and token.kind == "punctuation":
            if depth <= 0 and not body.open:
                return found, token.end, True
        elif token.kind == "punctuation":
            depth += parentheses * ((token.text == "(") - (token.text == ")"))
        body.see(token)
        found.append(token)
    return found, len(text), depth <= 0 or not parentheses


class _AtomicBody:
    """Whether the statement stands inside the BEGIN ATOMIC ... END body of a function."""

    __slots__ = ("_depth", "_previous", "_words")

    def __init__(self) -> None:
        self._words: list[str] = []
        self._depth = 0
        self._previous = ""

    @property
    def open(self) -> bool:
        return self._depth > 0

    def see(self, token: Token) -> None:
        word = token.lower
        if len(self._words) < 4:
            self._words.append(word)
        if word == "atomic" and self._previous == "begin" and self._creates_routine():
            self._depth = 1
        elif self._depth and word == "case":
            self._depth += 1
        elif self._depth and word == "end":
            self._depth -= 1
        self._previous = word

    def _creates_routine(self) -> bool:
        words = [w for w in self._words if w not in ("or", "replace")]
        return words[0] == "create" and words[1:2] in (["function"], ["procedure"])


def _reads_rows(found: list[Token]) -> bool:
    words = [token.lower for token in found]
    return words[0] == "copy" and any(pair == ("from", "stdin") for pair in pairwise(words))


def _after_rows(text: str, position: int) -> int:
    """Return where the script goes on behind COPY's rows: after the line that holds `\\.` alone."""
    line = text.find("\n", position) + 1
    while line:
        end = text.find("\n", line)
        if text[line : end if end >= 0 else len(text)].rstrip("\r") == "\\.":
            return end if end >= 0 else len(text)
        line = end + 1
    return len(text)


_MODIFIERS = {
    "or", "replace", "temp", "temporary", "global", "local", "unlogged", "unique", "recursive", "trusted",
    "procedural", "constraint",
}  # fmt: skip
_TWO_WORDS = {
    "materialized": "view",
    "foreign": "",
    "event": "trigger",
    "text": "search",
    "user": "mapping",
    "access": "method",
    "default": "privileges",
    "large": "object",
    "operator": "",
}


def kind_of(found: list[Token]) -> str:
    """Return what a statement does in upper-case words, from its first tokens."""
    words = [token.lower for token in found[:8]]
    first = words[0].upper()
    if first in ("CREATE", "ALTER", "DROP", "REFRESH"):
        rest = [w for w in words[1:] if w not in _MODIFIERS] if first == "CREATE" else words[1:]
        if rest and rest[0]:
            second = rest[1] if len(rest) > 1 else ""
            two = bool(second) and _TWO_WORDS.get(rest[0], " ") in ("", second)
            return " ".join((first, *rest[: 2 if two else 1])).upper()
    if first == "SET" and words[1:2] in (["local"], ["session"]):
        return f"SET {words[1].upper()}"
    if found[0].text == "(":
        return "SELECT"
    return first
