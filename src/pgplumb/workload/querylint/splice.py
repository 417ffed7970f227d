"""A rewrite is the user's own text with a few pieces replaced: never a print of a tree."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from pgplumb.sql.lexer import Token, significant
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.workload.querylint.finding import Equivalence, Rewrite, RewriteKind
from pgplumb.workload.querylint.query import Query

BEFORE = frozenset(("where", "and", "or", "on", "not", "(", "when", "having", ","))
"""What may stand in front of a whole condition."""
AFTER = frozenset(
    (
        *("and", "or", ")", "group", "order", "limit", "offset", "fetch", "for", "returning", "union"),
        *("intersect", "except", "having", "window", ";", "then", "join", "left", "right", "inner", "full"),
        *("cross", "natural", ",", "when", "on"),
    )
)
"""What may stand behind one."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` becomes `text`, in characters."""

    start: int
    end: int
    text: str


class Places:
    """The tokens of a query, found by place."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.tokens: tuple[Token, ...] = tuple(significant(query.text))

    @cached_property
    def _by_start(self) -> dict[int, int]:
        return {token.start: at for at, token in enumerate(self.tokens)}

    def at(self, node: exp.Expr) -> int | None:
        """Return the number of the token where an identifier or a function name begins."""
        start = node.meta.get("start")
        return None if start is None else self._by_start.get(self.query.readable.place(start))

    def column(self, column: exp.Column) -> tuple[int, int] | None:
        """Return the numbers of the first token of a column reference and of the one behind it."""
        parts = [part for part in column.parts if isinstance(part, exp.Identifier)]
        found = [at for at in map(self.at, parts) if at is not None]
        if not parts or len(found) != len(parts):
            return None
        first, last = min(found), max(found)
        # Names with a dot between each two, and nothing else.
        return (first, last + 1) if last - first == 2 * (len(parts) - 1) else None

    def word(self, at: int) -> str:
        """Return a token in lower case, or its text; empty outside the text."""
        if not 0 <= at < len(self.tokens):
            return ""
        return self.tokens[at].lower or self.tokens[at].text

    def kind(self, at: int) -> str:
        """Return a token's kind; empty outside the text."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def text(self, first: int, behind: int) -> str:
        """Return the text from one token up to another, as it stands there."""
        return self.query.text[self.tokens[first].start : self.tokens[behind - 1].end]

    def edit(self, first: int, behind: int, text: str) -> Edit:
        """Return the replacement of tokens by a text."""
        return Edit(self.tokens[first].start, self.tokens[behind - 1].end, text)

    def closing(self, opening: int) -> int | None:
        """Return the token that closes the bracket which a token opens."""
        depth = 0
        for at in range(opening, len(self.tokens)):
            word = self.tokens[at].text
            depth += word in ("(", "[")
            depth -= word in (")", "]")
            if not depth:
                return at
        return None

    def is_condition(self, first: int, behind: int) -> bool:
        """Whether tokens are a whole condition: nothing on either side belongs to them."""
        before = self.word(first - 1)
        return before in BEFORE and (behind >= len(self.tokens) or self.word(behind) in AFTER)

    def negated(self, first: int) -> bool:
        """Whether NOT stands directly in front."""
        return self.word(first - 1) == "not"


def rewritten(
    query: Query,
    kind: RewriteKind,
    edits: list[Edit],
    equivalence: Equivalence,
    assumes: tuple[str, ...] = (),
) -> Rewrite | None:
    """Return the query with its pieces replaced; None where PostgreSQL's parser does not take it."""
    inside = [t for t in significant(query.text) if any(e.start <= t.start < e.end for e in edits)]
    moved = {t.text for edit in edits for t in significant(edit.text) if t.kind == "parameter"}
    named = Counter(t.text for t in significant(query.text) if t.kind == "parameter")
    if any(named[p] != sum(t.text == p for t in inside) for p in moved):
        # Used elsewhere too, the parameter has the type that it is given there.
        return None
    text = query.text
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    try:
        parse_statement(text)
    except (SyntaxProblem, TooDeep, ParserMissing):
        return None
    return Rewrite(kind, text, diff_of(query.text, text), equivalence, assumes)


def advised(query: Query, kind: RewriteKind, text: str, assumes: tuple[str, ...] = ()) -> Rewrite:
    """Return another query as advice: it need not give the same rows and need not be complete."""
    return Rewrite(kind, text, diff_of(query.text, text), "advice", assumes)


def diff_of(before: str, after: str) -> tuple[str, ...]:
    """Return the lines of both: "- " gone, "+ " new, "  " kept."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return tuple(line for line in lines if not line.startswith("?"))
