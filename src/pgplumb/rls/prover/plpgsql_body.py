"""A plpgsql body as tokens: what stands next, what stands up to some word, which variables a piece assigns."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from pgplumb.rls.prover.kinds import Kind
from pgplumb.rls.prover.reading import Unreadable
from pgplumb.sql.lexer import Token, significant

ENDS = ("end", "elsif", "elseif", "else", "when", "exception")
"""Words that end a list of statements."""
_BEFORE = (";", "begin", "then", "else", "loop")
"""What may stand before a statement."""


@dataclass(slots=True)
class Body:
    """A body's tokens, and how far they were read."""

    text: str
    tokens: list[Token]
    place: int = 0
    types: dict[str, Kind] = field(default_factory=dict)
    """Of variables with one value."""
    records: set[str] = field(default_factory=set)
    """Variables that hold a row."""
    layouts: dict[str, tuple[tuple[str, Kind], ...]] = field(default_factory=dict)
    """The columns of those that hold a row of a relation's type: what they are given is taken in that order."""
    blocks: int = 0
    """How many blocks were begun."""

    @classmethod
    def of(cls, text: str) -> Body:
        """Return a body, nothing of it read."""
        return cls(text, list(significant(text)))

    def new(self, name: str, parameters: Container[str]) -> bool:
        """Whether a variable that is declared hides none, but for the outermost block a parameter."""
        known = name in self.types or name in self.records or name == "found"
        return not known and not name.startswith('"') and (self.blocks == 1 or name not in parameters)

    def peek(self, ahead: int = 0) -> str:
        """The next token, words folded."""
        place = self.place + ahead
        return word(self.tokens[place]) if place < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        """Read one token. Raises Unreadable where another stands there."""
        found = self.peek()
        if not found or (expected and found not in expected):
            raise Unreadable
        self.place += 1
        return found

    def until(self, *ends: str) -> list[Token]:
        """Read what stands before one of some tokens outside of brackets, and that token."""
        depth, start = 0, self.place
        while self.place < len(self.tokens):
            here = self.peek()
            # THEN and ELSE of a CASE are not the statement's.
            depth += (here in ("(", "[", "case")) - (here in (")", "]") or (here == "end" and depth > 0))
            self.place += 1
            if depth == 0 and here in ends:
                return self.tokens[start : self.place - 1]
        raise Unreadable

    def cut(self, tokens: list[Token]) -> str:
        """Return the text of some tokens."""
        if not tokens:
            raise Unreadable
        return self.text[tokens[0].start : tokens[-1].end]

    def assigned(self, start: int, end: int) -> set[str]:
        """Return the variables that statements between two places may assign."""
        found: set[str] = set()
        into = False
        for place in range(start, end):
            here = word(self.tokens[place])
            before = word(self.tokens[place - 1]) if place else ""
            into = (
                (into and here in (",", "strict"))
                or here == "into"
                or (into and before in ("into", ",", "strict"))
            )
            known = here in self.types or here in self.records
            if known and (into or before in (*_BEFORE, "for", "foreach", ",")):
                found.add(here)
        return found

    def past_loop(self) -> int:
        """Return the place behind END LOOP of the loop whose LOOP was just read."""
        depth, place = 1, self.place
        while place < len(self.tokens):
            here = word(self.tokens[place])
            if here == "loop":
                closing = place and word(self.tokens[place - 1]) == "end"
                depth += -1 if closing else 1
                if not depth:
                    return place + 1
            place += 1
        raise Unreadable


def word(token: Token) -> str:
    """Return a token, folded where it is a word."""
    return token.lower or token.text
