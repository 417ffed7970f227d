"""An effective predicate as lines: broken before AND and OR of its outer levels, coloured."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.sql.highlight import highlight
from pgplumb.sql.lexer import tokens
from pgplumb.tui.widgets.ink import Line
from pgplumb.tui.widgets.sql_view import sql_lines

ROOM = 60
"""A predicate of so many characters stays on one line."""
_DEEP = 1
"""How many brackets deep lines are still broken."""


def predicate_lines(text: str) -> list[Line]:
    """Return a predicate as pg_get_expr prints it, laid out."""
    return sql_lines("\n".join(laid_out(text)), highlight)


def laid_out(text: str) -> Iterator[str]:
    """Yield its lines. Only white space and the outermost brackets change."""
    flat = "".join(" " if t.kind == "space" else t.text for t in tokens(text)).strip()
    while _enclosed(flat):
        flat = flat[1:-1].strip()
    if len(flat) <= ROOM:
        yield flat
        return
    depth, between, here, indent = 0, False, "", ""
    for token in tokens(flat):
        word = token.lower
        if word == "between":
            between = True
        elif word in ("and", "or") and depth <= _DEEP and not (between and word == "and"):
            yield indent + here.strip()
            here, indent = "", "  " * depth
        elif word == "and":
            between = False
        depth += (token.text == "(") - (token.text == ")")
        here += " " if token.kind == "space" else token.text
    yield indent + here.strip()


def _enclosed(text: str) -> bool:
    """Whether the first bracket is closed by the last character."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for token in tokens(text):
        depth += (token.text == "(") - (token.text == ")")
        if not depth:
            return token.end == len(text)
    return False
