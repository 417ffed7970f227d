"""Facts that one way through a predicate takes together, and where in the text each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pgplumb.rls.prover.terms import Row, Term, rows
from pgplumb.sql.node import Json, Node


class Fact(StrEnum):
    """What a literal says of its terms."""

    EQUAL = "="
    NOT_EQUAL = "<>"
    ORDER = "order"
    """`Literal.operator` is <, <=, > or >=."""
    NULL = "is null"
    NOT_NULL = "is not null"
    OTHER = "other"
    """A condition over its terms that is known to be no more than that: LIKE, a function of PostgreSQL's own."""
    UNREAD = "unread"
    """It might say anything."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a predicate's text."""

    source: str = ""
    node: Node | None = None
    negated: bool = False

    @property
    def text(self) -> str:
        """The piece as it is written, under NOT where its failing is meant."""
        found = cut(self.source, self.node) if self.node is not None else self.source
        return f"NOT ({found})" if self.negated else found


@dataclass(frozen=True, slots=True)
class Literal:
    """One fact."""

    fact: Fact
    terms: tuple[Term, ...] = ()
    operator: str = ""
    """For OTHER and UNREAD a key: two with the same key and terms say the same."""
    snippet: Snippet = field(default=Snippet(), compare=False)
    _hash: int = field(init=False, default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.fact, self.terms, self.operator)))

    def __hash__(self) -> int:
        return self._hash


Conjunction = tuple[Literal, ...]
"""Facts that hold together."""


def rows_of(conjunction: Conjunction) -> frozenset[Row]:
    """Return every row that some facts speak of."""
    return frozenset(row for literal in conjunction for term in literal.terms for row in rows(term))


_TYPE = re.compile(
    r'(?:"(?:[^"]|"")*"|[\w$]+)(?:\.(?:"(?:[^"]|"")*"|[\w$]+))*(?: varying| precision)?(?:\(\d+(?:,\s*\d+)?\))?'
    r"(?: with(?:out)? time zone)?(?:\[\])*"
)
_TEST = re.compile(r"(?:\s+(?:NOT|NULL|TRUE|FALSE|UNKNOWN)\b)+", re.IGNORECASE)
_TOKEN = re.compile(r"(?:[eE]?'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[\w$.]+|\[\]|[^\w\s()\[\]]+|.)", re.DOTALL)


def cut(source: str, node: Node) -> str:
    """Return the text of a sub-expression: from its first token to its last, brackets closed."""
    data = source.encode()
    places = list(_locations(node.fields))
    if not places:
        return source.removeprefix("SELECT ")
    text = data[min(places) :].decode("utf-8", "replace")
    last = len(data[min(places) : max(places)].decode("utf-8", "replace"))
    token = _TOKEN.match(text, last)
    end = token.end() if token else len(text)
    if text[last : last + 2] == "::":
        found = _TYPE.match(text, last + 2)
        end = found.end() if found else end
    elif (kind := _TYPE.match(text, last)) and text[max(last - 2, 0) : last] == "::":
        end = kind.end()
    if token and token[0].upper() == "IS":
        test = _TEST.match(text, end)
        end = test.end() if test else end
    end = max(end, _balanced(text, end))
    # A bracket that was opened before the first token belongs to it.
    start, found_text = min(places), text[:end]
    for _ in range(_unopened(found_text)):
        start = data.rfind(b"(", 0, start)
    return (data[max(start, 0) : min(places)].decode("utf-8", "replace") + found_text).strip()


def _balanced(text: str, end: int) -> int:
    """Return where every bracket that was opened before `end` is closed."""
    depth, place, quote = 0, 0, ""
    while place < len(text) and (place < end or depth > 0 or quote or text[place] in "(["):
        mark = text[place]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "'\"":
            quote = mark
        elif mark in "([":
            depth += 1
        elif mark in ")]" and depth:
            depth -= 1
        place += 1
    return place


def _unopened(text: str) -> int:
    """Return how many brackets are closed that were not opened."""
    depth, missing, quote = 0, 0, ""
    for mark in text:
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "'\"":
            quote = mark
        elif mark == "(":
            depth += 1
        elif mark == ")" and depth:
            depth -= 1
        elif mark == ")":
            missing += 1
    return missing


def _locations(value: Json) -> Iterator[int]:
    if isinstance(value, list):
        for item in value:
            yield from _locations(item)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "location" and isinstance(inner, int) and inner >= 0:
                yield inner
            elif not isinstance(inner, (str, int, float)):
                yield from _locations(inner)
