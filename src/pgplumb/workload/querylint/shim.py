"""Normalised text to a sqlglot tree: `$n` and what normalising left untyped are spelled so that it reads them.

sqlglot takes `$1,$2` for a dollar quote, and `interval $1` is no SQL at all. Each `$n` outside strings, quotes
and comments becomes a string such as '§1'; typed literals become casts. Places in the tree map back to places
in the text as it was given.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.split import kind_of

LONGEST = 100_000
"""Characters: longer texts are lists of values, not queries that somebody wrote."""

QUERIES = frozenset(("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "WITH", "TABLE"))

_TYPES = frozenset(
    (
        *(
            "interval",
            "timestamp",
            "timestamptz",
            "date",
            "time",
            "timetz",
            "uuid",
            "inet",
            "cidr",
            "macaddr",
        ),
        *("json", "jsonb", "numeric", "decimal", "bool", "boolean", "bytea", "text", "point", "xml", "money"),
        *(
            "float",
            "float4",
            "float8",
            "real",
            "int",
            "int2",
            "int4",
            "int8",
            "integer",
            "bigint",
            "smallint",
        ),
        *("regclass", "bpchar", "varchar", "box", "circle", "polygon", "path", "lseg", "tsquery", "tsvector"),
    )
)
"""Types whose name may stand in front of a string constant."""
_FIELDS = frozenset(("year", "month", "day", "hour", "minute", "second", "to"))


@dataclass(frozen=True, slots=True)
class NotReadable:
    """Why a text could not be analysed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Readable:
    """A text with its tree."""

    text: str
    """As it was given."""
    spelled: str
    """What sqlglot read."""
    tree: exp.Expr
    marker: str
    """What stands before a parameter's number inside its string."""
    edges: tuple[tuple[int, int], ...]
    """Pairs (place in `spelled`, place in `text`) where a piece begins, ascending."""

    def place(self, spelled: int) -> int:
        """Return where in the text a place of the tree is."""
        at = bisect_right(self.edges, (spelled, len(self.text))) - 1
        begin, original = self.edges[max(at, 0)]
        return original + (spelled - begin)

    def parameter(self, value: str) -> int | None:
        """Return the number of the parameter that a string of the tree stands for, or None."""
        rest = value.removeprefix(self.marker)
        return int(rest) if rest != value and rest.isdigit() else None

    def back(self, text: str) -> str:
        """Return SQL that sqlglot printed with its parameters as `$n`."""
        return re.sub(f"'{re.escape(self.marker)}([0-9]+)'", r"$\1", text)


def is_query(text: str) -> bool:
    """Whether a text is a statement of the kinds that are analysed; utility statements are not."""
    found = [t for t in tokens(text[:LONGEST]) if t.kind not in ("space", "comment")]
    while found and found[0].text == "(":
        found.pop(0)
    return bool(found) and kind_of(found) in QUERIES


def read(text: str) -> Readable | NotReadable:
    """Return the tree of exactly one statement, or why there is none."""
    if len(text) > LONGEST:
        return NotReadable(f"the text is longer than {LONGEST:,} characters")
    found = list(tokens(text))
    if not all(token.closed for token in found):
        return NotReadable("the text was cut off inside a string, comment or name")
    marker = "§"
    while marker in text:
        marker += "§"
    spelled, edges = _spell(found, marker)
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        trees = [tree for tree in sqlglot.parse(spelled, read="postgres") if tree is not None]
    except SqlglotError as error:
        return NotReadable(
            str(error).splitlines()[0].rstrip(".") if str(error) else "the text does not parse"
        )
    except RecursionError:
        return NotReadable("the statement is nested too deeply")
    finally:
        logger.disabled = before
    if len(trees) != 1:
        return NotReadable("one statement was expected" if trees else "the text holds no statement")
    tree = trees[0]
    if not isinstance(tree, exp.Expr) or isinstance(tree, exp.Command):
        return NotReadable("a kind of statement that is not analysed")
    return Readable(text, spelled, tree, marker, edges)


def _spell(found: list[Token], marker: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text that sqlglot can read, and which place of it came from where."""
    texts: list[str] = [token.text for token in found]
    shown = [i for i, token in enumerate(found) if token.kind not in ("space", "comment")]
    for token, at in zip(found, range(len(found)), strict=True):
        if token.kind == "parameter":
            texts[at] = f"'{marker}{token.text[1:]}'"
    for at in range(len(shown)):
        _typed_literal(found, shown, at, texts)
    pieces: list[str] = []
    edges: list[tuple[int, int]] = []
    place = 0
    for token, text in zip(found, texts, strict=True):
        # A parameter next to a word or another string must not grow together with it.
        if token.kind == "parameter" and pieces and (pieces[-1][-1:].isalnum() or pieces[-1].endswith("'")):
            pieces.append(" ")
            place += 1
        edges.append((place, token.start))
        pieces.append(text)
        place += len(text)
    return "".join(pieces), tuple(edges)


def _typed_literal(found: list[Token], shown: list[int], at: int, texts: list[str]) -> None:
    """`interval $1`, `timestamp with time zone $1`, `interval $1 day`, `float8 $1`: a cast."""
    words = [found[i].lower or found[i].text for i in shown[at : at + 6]]
    if words[0] not in _TYPES or (at and found[shown[at - 1]].text in (".", "::", "as", "AS")):
        return
    name, after = words[0], 1
    if name in ("timestamp", "time") and words[2:4] == ["time", "zone"]:
        name, after = " ".join(words[:4]), 4
    if at + after >= len(shown) or found[shown[at + after]].kind != "parameter":
        return
    first, last = shown[at], shown[at + after]
    parameter = texts[last]
    for i in range(first, last):
        texts[i] = ""
    # One piece: places inside it all mean the typed literal.
    texts[last] = f"CAST({parameter} AS {name})"
    if name == "interval":
        for i in shown[at + after + 1 :]:
            if found[i].lower not in _FIELDS:
                break
            texts[i] = ""
