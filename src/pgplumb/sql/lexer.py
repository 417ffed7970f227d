"""PostgreSQL's tokens, found without the server's parser: for text that is still being typed.

The rules are those of PostgreSQL's scan.l with `standard_conforming_strings` on, and psql's backslash
commands. It never fails: what is not closed runs to the end of the text.
Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal[
    "space", "comment", "string", "number", "parameter", "word", "quoted", "operator", "punctuation", "meta"
]
"""`word`: an identifier or keyword; `quoted`: one in double quotes; `meta`: a psql command or variable."""


class Token(NamedTuple):
    """One token at `text[start:end]`, in characters."""

    kind: Kind
    start: int
    end: int
    text: str
    closed: bool = True
    """False for a string, comment or quoted identifier that runs into the end of the text."""

    @property
    def lower(self) -> str:
        """The word as the server folds it; empty for anything but a word."""
        return self.text.lower() if self.kind == "word" else ""


_PATTERN = re.compile(
    r"""
    (?P<space>[ \t\n\r\f\v]+)
  | (?P<line>--[^\n\r]*)
  | (?P<block>/\*)
  | (?P<escaped>[eE]'[^'\\]*(?:(?:\\.|'')[^'\\]*)*('|\Z))
  | (?P<string>(?:[bBxXnN]|[uU]&)?'[^']*(?:''[^']*)*('|\Z))
  | (?P<quoted>(?:[uU]&)?"[^"]*(?:""[^"]*)*("|\Z))
  | (?P<dollar>\$(?:[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*)?\$)
  | (?P<parameter>\$[0-9]+)
  | (?P<number>0[xX](?:_?[0-9A-Fa-f])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+
      |(?:[0-9](?:_?[0-9])*(?:\.(?!\.)(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?)
  | (?P<word>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*)
  | (?P<cast>::|:=|\.\.)
  | (?P<variable>:(?:[A-Za-z_][A-Za-z0-9_]*|'[^'\n]*'|"[^"\n]*"|\{\?[A-Za-z_0-9]*\}))
  | (?P<operator>(?:(?!--|/\*)[~!@\#^&|`?+\-*/%<>=])+)
  | (?P<separator>\\;)
  | (?P<meta>\\[^\n\r]*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_KINDS: dict[str, Kind] = {
    "space": "space",
    "line": "comment",
    "escaped": "string",
    "string": "string",
    "quoted": "quoted",
    "parameter": "parameter",
    "number": "number",
    "word": "word",
    "cast": "operator",
    "variable": "meta",
    "operator": "operator",
    "separator": "punctuation",
    "meta": "meta",
    "other": "punctuation",
}


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield every token from `start` on, spaces and comments included: joined they are the text again."""
    position = start
    brackets = 0
    while match := _PATTERN.match(text, position):
        group = match.lastgroup or "other"
        closed = True
        if group == "block":
            end, closed = _end_of_comment(text, match.end())
            kind: Kind = "comment"
        elif group == "dollar":
            found = text.find(match.group(), match.end())
            closed = found >= 0
            end = found + len(match.group()) if closed else len(text)
            kind = "string"
        else:
            end = match.end()
            kind = _KINDS[group]
            if group in ("escaped", "string", "quoted"):
                closed = bool(match.group(_CLOSING[group]))
            elif group == "variable" and brackets:
                end, kind = position + 1, "punctuation"
        found_text = text[position:end]
        if found_text == "[":
            brackets += 1
        elif found_text == "]" and brackets:
            brackets -= 1
        yield Token(kind, position, end, found_text, closed)
        position = end


_CLOSING = {name: _PATTERN.groupindex[name] + 1 for name in ("escaped", "string", "quoted")}


def _end_of_comment(text: str, position: int) -> tuple[int, bool]:
    """Return where a block comment ends, which may hold others, and whether it does."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, position)
        if edge is None:
            return len(text), False
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
    return position, True


def significant(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens that the server's grammar sees: no spaces and no comments."""
    return (token for token in tokens(text, start) if token.kind not in ("space", "comment"))
