"""What a predicate demands of every row, read from its text as pg_get_expr prints it.

That text is regular: every operator has its parentheses, BETWEEN is two comparisons, names are quoted where
they must be. So the conditions that AND joins can be told apart without a parser, thousands of times a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_NAME = r'(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[^\W\d][\w$]*))'
_NOT_NULL = re.compile(rf"{_NAME} IS NOT NULL\Z")
_STRICT = re.compile(rf"\(*{_NAME}\)*(?:::[\w ]+)? (?:=|<>|<|>|<=|>=|~|~~|LIKE) ")


@lru_cache(maxsize=16384)
def conjuncts(text: str) -> tuple[str, ...]:
    """Return the conditions that AND joins at the top, without the parentheses around each."""
    text = _bare(text)
    if " AND " not in text:
        return (text,)
    found = []
    start = 0
    for at, char, depth in _unquoted(text):
        if char == " " and not depth and text.startswith(" AND ", at):
            found.append(text[start:at])
            start = at + 5
    found.append(text[start:])
    if len(found) == 1:
        return (text,)
    return tuple(inner for part in found for inner in conjuncts(part))


def not_null_test(condition: str) -> str | None:
    """Return the column of a condition that is `column IS NOT NULL` and nothing else."""
    match = _NOT_NULL.match(condition)
    return _named(match) if match else None


def tested_not_null(text: str) -> frozenset[str]:
    """Return the columns that a predicate tests with IS NOT NULL, one of several conditions or alone."""
    return frozenset(name for c in conjuncts(text) if (name := not_null_test(c)) is not None)


def only_not_null(text: str) -> frozenset[str] | None:
    """Return the columns of a predicate that is made of IS NOT NULL tests alone; None for any other."""
    names = [not_null_test(c) for c in conjuncts(text)]
    return frozenset(n for n in names if n is not None) if None not in names else None


def never_null(text: str) -> frozenset[str]:
    """Return the columns that are not null in every row that a predicate lets through."""
    found = set(tested_not_null(text))
    for condition in conjuncts(text):
        match = _STRICT.match(condition)
        if match and " OR " not in condition:
            found.add(_named(match))
    return frozenset(found)


def _named(match: re.Match[str]) -> str:
    quoted: str | None = match["quoted"]
    return quoted.replace('""', '"') if quoted is not None else str(match["plain"])


def _bare(text: str) -> str:
    """Take away parentheses that enclose the whole text."""
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1]
    return text


def _closes_at_end(text: str) -> bool:
    closing = (at for at, char, depth in _unquoted(text) if char == ")" and not depth)
    return next(closing, None) == len(text) - 1


def _unquoted(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield each character outside of quotes: its position, itself, and how many parentheses are open after it."""
    depth = at = 0
    while at < len(text):
        char = text[at]
        if char in "'\"":
            at = _after_quotes(text, at)
            continue
        depth += (char == "(") - (char == ")")
        yield at, char, depth
        at += 1


def _after_quotes(text: str, at: int) -> int:
    """Return the position after the string or quoted name that starts here; a doubled quote starts another."""
    end = text.find(text[at], at + 1)
    return len(text) if end < 0 else end + 1
