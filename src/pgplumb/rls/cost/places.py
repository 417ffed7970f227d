"""Where the nodes of a predicate's tree stand in its text, as pg_get_expr prints it."""

from __future__ import annotations

from functools import cached_property

from pgplumb.sql.lexer import Token, significant
from pgplumb.sql.node import Json
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.positions import Positions

BEGINNING = "SELECT "
_PLACES = frozenset(("location", "stmt_len", "stmt_location", "rexpr_list_start", "rexpr_list_end"))
_AFTER_TYPES = frozenset(("precision", "varying", "with", "without", "time", "zone"))
Extent = tuple[int, int]
"""From and up to a character of `Places.source`."""


def tree_of(text: str) -> Json:
    """Return an expression's tree; None where it is not one expression."""
    try:
        select = parse_statement(f"{BEGINNING}{text}")
    except (SyntaxProblem, ParserMissing, TooDeep):
        return None
    targets = select.fields.get("targetList")
    if select.kind != "SelectStmt" or select.fields.keys() - {"targetList", "limitOption", "op"}:
        return None
    if not isinstance(targets, list) or len(targets) != 1 or not isinstance(targets[0], dict):
        return None
    target = targets[0].get("ResTarget")
    return target.get("val") if isinstance(target, dict) and "name" not in target else None


def bare(value: Json) -> Json:
    """Return a tree without places: equal for texts that say the same."""
    if isinstance(value, list):
        return [bare(one) for one in value]
    if isinstance(value, dict):
        return {name: bare(inner) for name, inner in value.items() if name not in _PLACES}
    return value


class Places:
    """The tokens of `SELECT <predicate>`, found by place."""

    def __init__(self, text: str) -> None:
        self.source = f"{BEGINNING}{text}"
        self.tokens: tuple[Token, ...] = tuple(significant(self.source))
        self._positions = Positions(self.source)

    @cached_property
    def _by_start(self) -> dict[int, int]:
        return {token.start: number for number, token in enumerate(self.tokens)}

    @cached_property
    def _pairs(self) -> dict[int, int]:
        """Each parenthesis and the one that goes with it, both ways."""
        waiting: list[int] = []
        found: dict[int, int] = {}
        for number, token in enumerate(self.tokens):
            if token.kind == "punctuation" and token.text in ("(", "["):
                waiting.append(number)
            elif token.kind == "punctuation" and token.text in (")", "]") and waiting:
                opening = waiting.pop()
                found[opening], found[number] = number, opening
        return found

    def at(self, inner: dict[str, Json]) -> int | None:
        """Return the number of the token where a node says that it is."""
        place = inner.get("location", 0)
        return self._by_start.get(self._positions.character(place)) if isinstance(place, int) else None

    def word(self, number: int) -> str:
        """Return a token in lower case where it is a word, else its text; empty outside."""
        if not 0 <= number < len(self.tokens):
            return ""
        return self.tokens[number].lower or self.tokens[number].text

    def pair(self, number: int) -> int | None:
        """Return the token that closes, or opens, what a parenthesis opens or closes."""
        return self._pairs.get(number)

    def around(self, number: int) -> tuple[int, int] | None:
        """Return the innermost parentheses around a token."""
        found = [(start, end) for start, end in self._pairs.items() if start < number < end and start < end]
        return max(found) if found else None

    def text(self, first: int, last: int) -> str:
        """Return the text from one token to another, both included."""
        return self.source[self.tokens[first].start : self.tokens[last].end]

    def tokens_of(self, kind: str, inner: dict[str, Json]) -> tuple[int, int] | None:
        """Return the first and the last token of a node; None where they cannot be told."""
        at = self.at(inner)
        if at is None:
            return None
        if kind == "SQLValueFunction":
            return at, at
        if kind in ("FuncCall", "CoalesceExpr", "MinMaxExpr") or inner.get("kind") == "AEXPR_NULLIF":
            opening = at
            while self.tokens[opening].kind in ("word", "quoted") or self.word(opening) == ".":
                opening += 1
                if opening >= len(self.tokens):
                    return None
            closing = self.pair(opening)
            return (at, closing) if closing is not None and opening > at else None
        if kind == "A_Expr":
            return self.around(at)
        return self._cast(at) if kind == "TypeCast" else None

    def _cast(self, at: int) -> tuple[int, int] | None:
        opening = self.pair(at - 1)
        if self.word(at) != "::" or opening is None or opening >= at:
            return None
        end = at + 1
        while self.word(end + 1) == ".":
            end += 2
        while self.word(end + 1) in _AFTER_TYPES or self.word(end + 1) in ("(", "["):
            closing = self.pair(end + 1)
            end = closing if closing is not None else end + 1
        return opening, end
