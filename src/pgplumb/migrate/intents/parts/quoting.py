"""Names and literals as SQL needs them, and the way back from a dotted name to its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pgplumb.migrate.change import Unwritable
from pgplumb.sql.lexer import tokens
from pgplumb.sql.quote import quote_identifier, quote_literal

_PART = re.compile(r'"(?:[^"]|"")*"|[^".(]+')


def name(raw: str) -> str:
    """Return a raw name as SQL, quoted where it must be. Raises Unwritable for what no name can be."""
    try:
        return quote_identifier(raw)
    except ValueError as error:
        raise Unwritable(str(error)) from None


def names(raws: Iterable[str]) -> str:
    """Return raw names as a comma-separated list."""
    return ", ".join(map(name, raws))


def qualified(*parts: str) -> str:
    """Return raw parts as a dotted name."""
    return ".".join(map(name, parts))


def literal(text: str) -> str:
    """Return a string literal."""
    try:
        return quote_literal(text).lstrip()
    except ValueError as error:
        raise Unwritable(str(error)) from None


def split_dotted(text: str) -> tuple[str, ...]:
    """Return the raw parts of a dotted name as `foundation.names.dotted` writes it. Raises Unwritable."""
    parts, end = _parts(text)
    if end != len(text):
        raise Unwritable(f"{text} is no name")
    return parts


def function_parts(signature: str) -> tuple[str, ...]:
    """Return the raw parts of a function's name, its argument types left out. Raises Unwritable."""
    parts, end = _parts(signature)
    if signature[end : end + 1] not in ("", "("):
        raise Unwritable(f"{signature} is no function")
    return parts


def _parts(text: str) -> tuple[tuple[str, ...], int]:
    parts: list[str] = []
    position = 0
    while True:
        match = _PART.match(text, position)
        if match is None:
            raise Unwritable(f"{text} is no name")
        found = match.group()
        parts.append(found[1:-1].replace('""', '"') if found.startswith('"') else found)
        position = match.end()
        if text[position : position + 1] != ".":
            return tuple(parts), position
        position += 1


def renamed(text: str, old: str, new: str) -> str:
    """Return an expression, as the server prints it, with one column in the place of another; both are raw.

    What follows a dot or a cast, or stands before a parenthesis, is the name of something else.
    """
    found, before = [], ""
    read = list(tokens(text))
    for at, token in enumerate(read):
        after = next((t.text for t in read[at + 1 :] if t.kind != "space"), "")
        if _is_column(token.kind, token.text, old) and before not in (".", "::") and after not in ("(", "."):
            found.append(name(new))
        else:
            found.append(token.text)
        before = token.text if token.kind != "space" else before
    return "".join(found)


def mentions(text: str, column: str) -> bool:
    """Whether an expression, as the server prints it, names a column, raw."""
    return renamed(text, column, column + "\x01") != text


def _is_column(kind: str, text: str, column: str) -> bool:
    if kind == "quoted":
        return text[1:-1].replace('""', '"') == column
    return kind == "word" and text == column
