"""Which statements are the same but for the length of a list: `IN ($1, $2)` and `IN ($1, $2, $3)`.

Before PostgreSQL 18 pg_stat_statements counts each length of an IN, VALUES or ARRAY list apart, and its queryid lives
no longer than the objects that a statement names. The fingerprint is that of the parser's tree with constants,
parameters and positions left out, so it is the same in every database and major. libpg_query's own fingerprint is not
used: it sorts arguments and columns and drops repeated ones, so that `coalesce(a, b)` and `coalesce(b, a)` have one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b

from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, tree_text
from pgplumb.workload.plan_repair import dense

_LIST = re.compile(r"\bin\s*\(|\bvalues\b|\barray\s*\[", re.IGNORECASE)
_CONSTANT = re.compile(
    r'\{"A_Const":\{(?:"[a-z]+":(?:\{(?:"[a-z]+":(?:"(?:[^"\\]|\\.)*"|[^{}"]*))?\}|[^{}",]+),?)*\}\}'
    r'|\{"ParamRef":\{[^{}]*\}\}'
)
_POSITION = re.compile(r'"version":\d+|,?"(?:\w*location|stmt_len|\w*list_start|\w*list_end)":-?\d+')
_SUBQUERY = frozenset(("select", "with", "values", "table"))
_BLANK = ("space", "comment")
_KEPT = 20_000
_SHORT = 10_000
"""Characters of a text up to which its fingerprint is remembered, and the text with it."""


@dataclass(frozen=True, slots=True)
class Collapsed:
    """A text whose lists were cut to their different elements."""

    text: str
    folded: int
    """How many elements went."""
    whole: bool
    """False where a bracket or a string is not closed: the text was cut, and what follows is not known."""


def fingerprint(text: str) -> str | None:
    """Return 16 hexadecimal digits that statements share which differ in constants and lengths of lists alone.

    None for a text that was cut. A text that does not parse is known by its tokens.
    """
    return _kept(text) if len(text) <= _SHORT else _made(text)


def list_fingerprint(text: str) -> str | None:
    """Return the fingerprint of a text with a list of which there may be other lengths; None for every other."""
    return _kept_of_list(text) if len(text) <= _SHORT else _made_of_list(text)


def _made(text: str) -> str | None:
    collapsed = _collapse(text)
    if not collapsed.whole:
        return None
    return blake2b(_canonical(collapsed.text).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _made_of_list(text: str) -> str | None:
    return fingerprint(text) if _LIST.search(text) else None


_kept = lru_cache(maxsize=_KEPT)(_made)
_kept_of_list = lru_cache(maxsize=_KEPT)(_made_of_list)


def _canonical(text: str) -> str:
    with suppress(SyntaxProblem, ParserMissing):
        return _POSITION.sub("", _CONSTANT.sub("$", tree_text(text)))
    return " ".join(_normal(token) for token in tokens(text) if token.kind not in _BLANK)


@dataclass(slots=True)
class _Piece:
    """A token, or a bracket with all that is in it: as it is written, and without constants and blanks."""

    text: str
    normal: str
    word: str = ""
    """The word in small letters; a bracket is "(" or "["."""


@dataclass(slots=True)
class _Frame:
    """A bracket that is open, or the text as a whole."""

    opening: str = ""
    is_list: bool = False
    pieces: list[_Piece] = field(default_factory=list)

    def last_word(self) -> str:
        return next((piece.word for piece in reversed(self.pieces) if piece.normal), "")


def collapse(text: str) -> Collapsed:
    """Return a text with each IN, VALUES and ARRAY list cut to one of equal neighbours, its parameters renumbered."""
    found = _collapse(text)
    return replace(found, text=dense(found.text)) if found.folded else found


def _collapse(text: str) -> Collapsed:
    folded, whole = 0, True
    stack = [_Frame()]
    for token in tokens(text):
        whole = whole and token.closed
        frame = stack[-1]
        if token.text in ("(", "["):
            before = frame.last_word()
            inside = frame.is_list and frame.opening == "["
            is_list = before == "in" if token.text == "(" else before == "array" or inside
            stack.append(_Frame(token.text, is_list))
        elif token.text in (")", "]") and len(stack) > 1:
            stack.pop()
            folded += _fold(frame)
            stack[-1].pieces.append(_joined(frame, token.text))
        else:
            frame.pieces.append(_Piece(token.text, _normal(token), token.lower))
    whole = whole and len(stack) == 1
    while len(stack) > 1:
        frame = stack.pop()
        folded += _fold(frame)
        stack[-1].pieces.append(_joined(frame, ""))
    folded += _fold(stack[0])
    found = "".join(piece.text for piece in stack[0].pieces)
    return Collapsed(found if folded else text, folded, whole)


def _normal(token: Token) -> str:
    if token.kind in _BLANK:
        return ""
    if token.kind in ("parameter", "number", "string"):
        return "$"
    return token.lower or token.text


def _joined(frame: _Frame, closing: str) -> _Piece:
    inner = " ".join(piece.normal for piece in frame.pieces if piece.normal)
    text = "".join(piece.text for piece in frame.pieces)
    return _Piece(f"{frame.opening}{text}{closing}", f"{frame.opening}{inner}{closing}", frame.opening)


def _fold(frame: _Frame) -> int:
    """Leave out list elements that equal the one before; return how many went."""
    first = next((piece.word for piece in frame.pieces if piece.normal), "")
    if frame.is_list and first not in _SUBQUERY:
        frame.pieces, folded = _without_repeats(frame.pieces)
        return folded
    return _fold_rows(frame)


def _fold_rows(frame: _Frame) -> int:
    """Fold the rows of each VALUES of a bracket."""
    if not any(piece.word == "values" for piece in frame.pieces):
        return 0
    kept: list[_Piece] = []
    rows: list[_Piece] = []
    folded, reading = 0, False
    for piece in [*frame.pieces, _Piece("", "end")]:
        if reading and (not piece.normal or piece.normal == "," or piece.word == "("):
            rows.append(piece)
            continue
        if rows:
            # What follows a row and is no row was never part of the list.
            shown, gone = _without_repeats(rows)
            kept, rows, folded = [*kept, *shown], [], folded + gone
        reading = piece.word == "values"
        kept.append(piece)
    frame.pieces = kept
    return folded


def _without_repeats(pieces: list[_Piece]) -> tuple[list[_Piece], int]:
    """Return elements between commas without those that equal the one before and hold a constant."""
    elements: list[list[_Piece]] = [[]]
    for piece in pieces:
        elements[-1].append(piece)
        if piece.normal == ",":
            elements.append([])
    kept: list[list[_Piece]] = []
    last, folded = "", 0
    for element in elements:
        normal = " ".join(p.normal for p in element if p.normal and p.normal != ",")
        if kept and normal == last and "$" in normal:
            folded += 1
            continue
        kept.append(element)
        last = normal
    if folded and kept[-1] is not elements[-1]:
        # The last element that stays has lost its successor: its comma goes, and blanks at the end stay.
        kept[-1] = [p for p in kept[-1] if p.normal != ","]
        kept[-1] += [p for p in elements[-1][_last_said(elements[-1]) :] if not p.normal]
    return [piece for element in kept for piece in element], folded


def _last_said(pieces: list[_Piece]) -> int:
    return max((n for n, piece in enumerate(pieces, 1) if piece.normal), default=0)
