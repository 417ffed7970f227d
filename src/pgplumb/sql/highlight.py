"""Highlighting: which characters of a text are what. Works on text that is still being typed."""

from __future__ import annotations

from typing import Literal

from pgplumb.sql.keywords import HIGHLIGHTED
from pgplumb.sql.lexer import Kind, tokens

Class = Literal["keyword", "string", "number", "comment", "operator", "identifier", "parameter"]

_CLASSES: dict[Kind, Class] = {
    "comment": "comment",
    "string": "string",
    "number": "number",
    "parameter": "parameter",
    "meta": "parameter",
    "quoted": "identifier",
    "operator": "operator",
    "punctuation": "operator",
}


def highlight(text: str) -> list[tuple[int, int, Class]]:
    """Return (start, end, class) in characters for everything but spaces, in order, without overlap.

    Give it the text as it is shown: a text that is sanitised afterwards has other offsets.
    """
    found: list[tuple[int, int, Class]] = []
    after_dot = False
    for token in tokens(text):
        if token.kind == "space":
            continue
        if token.kind == "word":
            is_keyword = not after_dot and token.text.lower() in HIGHLIGHTED
            found.append((token.start, token.end, "keyword" if is_keyword else "identifier"))
        else:
            found.append((token.start, token.end, _CLASSES[token.kind]))
        after_dot = token.text == "."
    return found
