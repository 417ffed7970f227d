"""Reads the conditions that EXPLAIN prints: which columns stand in them bare, and which behind a cast or function.

An index on a column finds rows by the bare column alone, or by the very expression that it was made on.
Source: https://www.postgresql.org/docs/current/indexes-expressional.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.sql.lexer import Token, significant

_NO_FUNCTIONS = frozenset(
    [
        *(
            "and",
            "or",
            "not",
            "any",
            "all",
            "some",
            "in",
            "array",
            "row",
            "case",
            "when",
            "then",
            "else",
            "is",
        ),
        *("end", "exists", "between", "like", "ilike", "from", "values", "select", "subplan", "hashed"),
    ]
)
"""Words that may stand before a parenthesis without calling anything."""
_TYPE_WORDS = frozenset(("varying", "precision", "with", "without", "time", "zone"))
_SAME_BYTES = frozenset(
    [
        ("varchar", "text"),
        ("text", "varchar"),
        ("varchar", "varchar"),
        ("cidr", "inet"),
        ("bit", "bit varying"),
        ("regclass", "oid"),
        ("xml", "text"),
    ]
)
"""Casts without a function: an index on the column still serves."""
_PRINTED = {"character varying": "varchar", "character": "bpchar", "integer": "int4", "bigint": "int8"}
_INDEXED_BY = ("btree", "hash", "brin", "spgist", "gist")
_EQUALS = re.compile(r" = ([^()=]+)\)")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A column that a condition tests through something."""

    column: Column
    kind: Literal["cast", "function"]
    by: str
    """The type's or the function's name, as printed."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The columns of one table in a condition."""

    bare: frozenset[str]
    wrapped: tuple[Wrapped, ...]


def read_condition(text: str, alias: str | None, relation: Relation, catalog: Catalog) -> Condition:
    """Return how a condition uses the columns of a table that goes by an alias in it."""
    found = list(significant(text))
    partner = _parentheses(found)
    bare: set[str] = set()
    wrapped: list[Wrapped] = []
    for start, end, column in _columns(found, alias, relation):
        wrapping = _wrapping(found, partner, start, end)
        if wrapping is None or (wrapping[0] == "cast" and _same_bytes(column, wrapping[1], catalog)):
            bare.add(column.name)
        else:
            wrapped.append(Wrapped(column, *wrapping))
    return Condition(frozenset(bare), tuple(wrapped))


def leading_index(relation: Relation, column: Column) -> Index | None:
    """Return an index that a test of the bare column could use: the column leads it, without a predicate."""
    for index in relation.indexes:
        if index.is_valid and not index.has_predicate and index.method in _INDEXED_BY:
            keys = index.key_columns
            if keys and keys[0] == column.number:
                return index
    return None


def has_index_on_expression(relation: Relation, text: str, alias: str | None) -> bool:
    """Whether the condition holds an expression that is indexed, or the table's index expressions are unread."""
    plain = _plain(text, alias)
    for index in relation.indexes:
        if not index.has_expressions:
            continue
        if not isinstance(index.expressions, str):
            return True
        if any(_plain(one, None) in plain for one in _listed(index.expressions)):
            return True
    return False


def compared_with(text: str) -> frozenset[str]:
    """Return what a condition's columns must equal: constants, parameters, columns of other tables."""
    return frozenset(found.split("::")[0] for found in _EQUALS.findall(text))


def calls(text: str) -> Iterator[str]:
    """Yield the names of the functions that an expression calls, as printed: "f", "app.f"."""
    found = list(significant(text))
    for at, token in enumerate(found[1:], start=1):
        if token.text == "(" and _function(found, at) is not None:
            qualified = at >= 3 and found[at - 2].text == "."
            yield (_name(found[at - 3]) + "." if qualified else "") + _name(found[at - 1])


def _listed(text: str) -> Iterator[str]:
    """Yield the expressions of a list."""
    depth = start = 0
    for token in significant(text):
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            yield text[start : token.start]
            start = token.end
    yield text[start:]


def _plain(text: str, alias: str | None) -> str:
    """Return an expression without spaces, parentheses and the table's alias: as it compares."""
    if alias is not None:
        text = re.sub(rf'(?<![\w"])(?:{re.escape(alias)}|"{re.escape(alias)}")\.', "", text)
    return re.sub(r"[\s()]", "", text)


def _parentheses(found: list[Token]) -> dict[int, int]:
    """Return the closing parenthesis of each opening one, by place."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(found):
        if token.text == "(":
            opened.append(at)
        elif token.text == ")" and opened:
            partner[opened.pop()] = at
    return partner


def _columns(found: list[Token], alias: str | None, relation: Relation) -> Iterator[tuple[int, int, Column]]:
    """Yield first and last token of each column of the table. Names of types are no columns."""
    known = {column.name: column for column in relation.columns}
    qualified = any(_name(t) == alias and _text(found, at + 1) == "." for at, t in enumerate(found))
    skip = 0
    for at, token in enumerate(found):
        if token.text == "::":
            skip = at + 1
            while _text(found, skip + 1).lower() in _TYPE_WORDS:
                skip += 1
        column = known.get(_name(token))
        if column is None or token.kind not in ("word", "quoted") or 0 < at <= skip:
            continue
        dotted = _text(found, at - 1) == "."
        if _text(found, at + 1) in ("(", ".") or dotted != qualified:
            continue
        if not dotted:
            yield at, at, column
        elif at >= 2 and _name(found[at - 2]) == alias:
            yield at - 2, at, column


def _wrapping(
    found: list[Token], partner: dict[int, int], start: int, end: int
) -> tuple[Literal["cast", "function"], str] | None:
    """Return what stands around a column: the outermost function, else a cast of the column alone."""
    around = [a for a, close in partner.items() if a < start and close > end]
    for opening in sorted(around):
        function = _function(found, opening)
        if function is not None:
            return "function", function
    if start - 1 in partner and partner[start - 1] == end + 1 and _text(found, end + 2) == "::":
        words = [_text(found, end + 3)]
        while _text(found, end + 3 + len(words)).lower() in _TYPE_WORDS:
            words.append(_text(found, end + 3 + len(words)))
        return "cast", " ".join(words)
    return None


def _function(found: list[Token], opening: int) -> str | None:
    """Return the name of the function that a parenthesis opens the arguments of."""
    if opening == 0:
        return None
    before = found[opening - 1]
    if before.kind not in ("word", "quoted") or before.lower in _NO_FUNCTIONS:
        return None
    # numeric(10,2) after "::" is a type.
    first = opening - 1
    while first > 0 and found[first].lower in _TYPE_WORDS:
        first -= 1
    return None if _text(found, first - 1) == "::" else _name(before)


def _same_bytes(column: Column, printed: str, catalog: Catalog) -> bool:
    kind = catalog.types.get(column.type_oid)
    while kind is not None and kind.kind == "d" and kind.base in catalog.types:
        kind = catalog.types[kind.base]
    if kind is None:
        return True
    target = _PRINTED.get(printed, printed)
    return target == kind.name or (kind.name, target) in _SAME_BYTES


def _name(token: Token) -> str:
    return token.text[1:-1].replace('""', '"') if token.kind == "quoted" else token.text


def _text(found: list[Token], at: int) -> str:
    return found[at].text if 0 <= at < len(found) else ""
