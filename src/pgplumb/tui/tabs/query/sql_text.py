"""The text of a statement on the screen: one line of it for a list, or laid out and coloured to be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pgplumb.sql.highlight import highlight
from pgplumb.sql.lexer import tokens
from pgplumb.sql.pretty import format_statement
from pgplumb.tui.widgets.ink import Line, Span, line, merged
from pgplumb.tui.widgets.sql_view import sql_lines

ONE_LINE = 240
"""Characters of a text that a line of a list is made from: more than the widest screen shows."""
LAID_OUT = 10_000
"""Characters that are laid out; the rest is only counted, so that a statement of megabytes costs no more."""
WIDEST = 100
"""Columns beyond which a line of SQL is no longer easy to read."""
_CLAUSES = frozenset(
    (
        *("select", "insert", "into", "update", "delete", "merge", "with", "from", "where", "set", "values"),
        *("using", "join", "group", "order", "by", "limit", "union", "returning", "having"),
    )
)


@lru_cache(maxsize=4096)
def one_line(text: str) -> Line:
    """Return the beginning of a statement as one line: blanks folded, comments left out.

    Only the words that begin a clause are coloured: they are what the eye finds its way by in a column of
    statements, and each change of colour costs 40 bytes whenever the cursor passes.
    """
    words: list[Span] = []
    blank = False
    for token in tokens(text[:ONE_LINE].strip()):
        if token.kind in ("space", "comment"):
            blank = True
            continue
        if blank and words and words[-1].text != "(" and token.text != ")":
            words.append(Span(" "))
        blank = False
        shown = " ".join(token.text.split()) if "\n" in token.text else token.text
        coloured = token.lower in _CLAUSES and sum(w.ink == "accent" for w in words) < _COLOURED
        words.append(Span(shown, "accent" if coloured else "text"))
    return merged((*words, Span(" …" if len(text) > ONE_LINE else "")))


_COLOURED = 3
"""How many words of a line stand out: more would send over 600 bytes where the screen is 200 cells wide."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A statement to be read."""

    lines: tuple[Line, ...]
    cut: int
    """Characters that are known and not shown."""


@lru_cache(maxsize=32)
def laid_out(text: str, width: int) -> LaidOut:
    """Return a statement with its clauses on lines of their own, in colours."""
    shown = text[:LAID_OUT]
    found = sql_lines(format_statement(shown, max(min(width, WIDEST), 20)), highlight)
    cut = len(text) - len(shown)
    if cut:
        found.append(line(Span(f"… {cut:,} more characters are not shown", "warn")))
    return LaidOut(tuple(found), cut)
