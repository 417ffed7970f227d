"""Bodies in plpgsql that only work out a value: RETURN, assignments, SELECT ... INTO and IF. Nothing else is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pgplumb.rls.prover import branches, inlining, texts, values
from pgplumb.rls.prover.kinds import Kind
from pgplumb.rls.prover.literals import Conjunction
from pgplumb.rls.prover.reading import (
    MOST_BRANCHES,
    Disjunction,
    Reading,
    Scope,
    TooMany,
    Unreadable,
    multiply,
)
from pgplumb.rls.prover.terms import NULL, Term, cast
from pgplumb.sql.lexer import Token, significant
from pgplumb.sql.node import Node

_State = tuple[Conjunction, Mapping[str, Term]]
"""What holds when a statement is come to, and what the variables are."""
_ENDS = ("end", "elsif", "elseif", "else")


@dataclass(slots=True)
class _Body:
    """A body's tokens, and how far they were read."""

    text: str
    tokens: list[Token]
    place: int = 0
    types: dict[str, Kind] = field(default_factory=dict)

    def peek(self) -> str:
        """The next token, words folded."""
        return _word(self.tokens[self.place]) if self.place < len(self.tokens) else ""

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
            word = self.peek()
            # THEN and ELSE of a CASE are not the statement's.
            depth += (word in ("(", "[", "case")) - (word in (")", "]") or (word == "end" and depth > 0))
            self.place += 1
            if depth == 0 and word in ends:
                return self.tokens[start : self.place - 1]
        raise Unreadable

    def cut(self, tokens: list[Token]) -> str:
        """Return the text of some tokens."""
        if not tokens:
            raise Unreadable
        return self.text[tokens[0].start : tokens[-1].end]


def value(reading: Reading, text: str, scope: Scope) -> values.Values:
    """Return what a body returns. Raises Unreadable and TooMany."""
    body = _Body(text, list(significant(text)))
    states: list[_State] = [((), {})]
    if body.peek() == "declare":
        body.take()
        while body.peek() != "begin":
            states = _declaration(reading, body, states, scope)
    body.take("begin")
    returned, _ = _statements(reading, body, states, scope)
    body.take("end")
    if body.peek() == ";":
        body.take()
    if body.peek():
        raise Unreadable
    return tuple(returned)


def query(text: str) -> tuple[str, Node] | None:
    """Return the SELECT of a body that is RETURN QUERY SELECT alone."""
    tokens = list(significant(text))
    words = [_word(token) for token in tokens]
    if words[:3] != ["begin", "return", "query"] or words.count(";") > 3 or len(words) < 6:
        return None
    body = _Body(text, tokens, 3)
    try:
        found = body.cut(body.until(";"))
        if body.peek() == "return":
            body.take()
            body.take(";")
        body.take("end")
    except Unreadable:
        return None
    select = inlining.statement(found)
    return (found, select) if select is not None else None


def _word(token: Token) -> str:
    return token.lower or token.text


def _declaration(reading: Reading, body: _Body, states: list[_State], scope: Scope) -> list[_State]:
    name = body.take()
    declared = body.until(";")
    words = [_word(token) for token in declared]
    place = next((n for n, word in enumerate(words) if word in (":=", "=", "default")), len(words))
    if "constant" in words[:place] or "not" in words[:place] or "%" in words[:place] or name == "alias":
        raise Unreadable
    _, node, _ = texts.expression(f"NULL::{body.cut(declared[:place])}")
    if node is None or node.kind != "TypeCast":
        raise Unreadable
    kind, sized = values.type_of(reading, node.node("typeName"), scope)
    if sized:
        raise Unreadable
    body.types[name] = kind
    if place == len(words):
        return [(condition, {**known, name: NULL}) for condition, known in states]
    return _assign(reading, body, (name, body.cut(declared[place + 1 :])), states, scope)


def _assign(
    reading: Reading, body: _Body, how: tuple[str, str], states: list[_State], scope: Scope
) -> list[_State]:
    name, text = how
    if name not in body.types:
        raise Unreadable
    found: list[_State] = []
    for condition, known in states:
        for given, term in _value(reading, text, known, scope):
            found.append((condition + given, {**known, name: cast(term, body.types[name])}))
    return _few(found)


def _few(states: list[_State]) -> list[_State]:
    if len(states) > MOST_BRANCHES:
        raise TooMany
    return states


def _value(reading: Reading, text: str, known: Mapping[str, Term], scope: Scope) -> values.Values:
    source, node, _ = texts.expression(text)
    if node is None:
        raise Unreadable
    return values.values(reading, node, _inner(scope, source, known))


def _inner(scope: Scope, source: str, known: Mapping[str, Term]) -> Scope:
    return replace(scope, source=source, frames=(), parameters={**scope.parameters, **known})


def _ways(reading: Reading, text: str, known: Mapping[str, Term], scope: Scope, wanted: str) -> Disjunction:
    source, node, _ = texts.expression(text)
    if node is None:
        raise Unreadable
    return branches.ways(reading, node, _inner(scope, source, known), wanted)


_Returned = list[tuple[Conjunction, Term]]


def _statements(
    reading: Reading, body: _Body, states: list[_State], scope: Scope
) -> tuple[_Returned, list[_State]]:
    """Run statements up to END, ELSE or ELSIF: what was returned, and the states that go on."""
    returned: _Returned = []
    while body.peek() not in _ENDS:
        first = body.take()
        if first == "return":
            text = body.cut(body.until(";"))
            for condition, known in states:
                returned += [(condition + given, term) for given, term in _value(reading, text, known, scope)]
            states = []
        elif first == "if":
            more, states = _if(reading, body, states, scope)
            returned += more
        elif first == "select":
            states = _into(reading, body, states, scope)
        elif first == "null":
            body.take(";")
        elif body.peek() in (":=", "="):
            body.take()
            states = _assign(reading, body, (first, body.cut(body.until(";"))), states, scope)
        else:
            raise Unreadable
        if len(returned) > MOST_BRANCHES:
            raise TooMany
    return returned, states


def _if(reading: Reading, body: _Body, states: list[_State], scope: Scope) -> tuple[_Returned, list[_State]]:
    condition = body.cut(body.until("then"))
    taken: list[_State] = []
    other: list[_State] = []
    for given, known in states:
        yes = multiply((given,), _ways(reading, condition, known, scope, "T"))
        no = multiply((given,), _ways(reading, condition, known, scope, "FU"))
        taken += [(way, known) for way in yes]
        other += [(way, known) for way in no]
    returned, after = _statements(reading, body, _few(taken), scope)
    following = body.take(*_ENDS)
    if following in ("elsif", "elseif"):
        more, rest = _if(reading, body, _few(other), scope)
        return returned + more, _few(after + rest)
    if following == "else":
        more, other = _statements(reading, body, _few(other), scope)
        returned += more
        body.take("end")
    body.take("if")
    body.take(";")
    return returned, _few(after + other)


def _into(reading: Reading, body: _Body, states: list[_State], scope: Scope) -> list[_State]:
    """SELECT ... INTO v: the first row's columns, or NULLs without one."""
    start = body.tokens[body.place - 1]
    tokens = [start, *body.until(";")]
    words = [_word(token) for token in tokens]
    if words.count("into") != 1:
        raise Unreadable
    place = words.index("into")
    end = place + 1 + (words[place + 1] == "strict")
    names = [words[end]]
    while words[end + 1 : end + 2] == [","]:
        end += 2
        names.append(words[end])
    if any(name not in body.types for name in names):
        raise Unreadable
    text = body.cut(tokens[:place])
    if tokens[end + 1 :]:
        text = f"{text} {body.cut(tokens[end + 1 :])}"
    select = inlining.statement(text)
    if select is None:
        raise Unreadable
    found: list[_State] = []
    for condition, known in states:
        rows = inlining.columns(reading, select, _inner(scope, text, known), len(names))
        for given, terms in rows:
            assigned = {n: cast(t, body.types[n]) for n, t in zip(names, terms, strict=True)}
            found.append((condition + given, {**known, **assigned}))
    return _few(found)
