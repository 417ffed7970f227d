"""Highlighting of one line, for an editor that draws a few lines of a long text again after each key."""

from __future__ import annotations

import re
from functools import lru_cache

from pgplumb.sql.highlight import Class, highlight
from pgplumb.sql.lexer import Token, tokens

Opening = str
"""What is open where a line begins: `'`, `E'`, `"`, `$tag$`, `/*` as often as comments are nested; or nothing."""

_DOLLAR = re.compile(r"\$[^$]*\$")
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@lru_cache(maxsize=4096)
def highlight_line(line: str, opening: Opening = "") -> tuple[tuple[tuple[int, int, Class], ...], Opening]:
    """Return (start, end, class) for the pieces of a line, as `highlight` does, and what its end leaves open."""
    text = f"{opening}{line}\n"
    shift, size = len(opening), len(line)
    pieces = (
        (max(start - shift, 0), min(end - shift, size), kind)
        for start, end, kind in highlight(text)
        if end > shift and start - shift < size
    )
    unclosed = next((token for token in tokens(text) if not token.closed), None)
    return tuple(pieces), _left_open(unclosed) if unclosed else ""


def _left_open(token: Token) -> Opening:
    if token.kind == "comment":
        edges = _COMMENT_EDGE.findall(token.text)
        return "/*" * (edges.count("/*") - edges.count("*/"))
    if token.kind == "quoted":
        return '"'
    if token.text[:1] in "eE":
        return "E'"
    dollar = _DOLLAR.match(token.text)
    return dollar.group() if dollar else "'"
