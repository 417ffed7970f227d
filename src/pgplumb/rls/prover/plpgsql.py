"""Bodies in plpgsql that only work out a value: assignments, queries into variables, branches, loops, RAISE.

A statement that writes, or that is not known here, makes the body unreadable. An error ends the statement that
asked: nothing passes by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace

from pgplumb.rls.prover import (
    branches,
    inlining,
    plpgsql_control,
    plpgsql_declared,
    plpgsql_queries,
    subselects,
    texts,
    values,
)
from pgplumb.rls.prover.kinds import UNKNOWN
from pgplumb.rls.prover.literals import Conjunction
from pgplumb.rls.prover.plpgsql_body import ENDS, Body
from pgplumb.rls.prover.reading import MOST_BRANCHES, Disjunction, Reading, Scope, TooMany, Unreadable
from pgplumb.rls.prover.terms import FALSE, TRUE, Call, Term, cast, is_null

Variables = Mapping[str, Term]
State = tuple[Conjunction, Variables]
"""What holds when a statement is come to, and what the variables are; `found` is one of them."""
Returned = list[tuple[Conjunction, Term]]

ROW = "row returned"
"""The term of a row that a body returns among others."""
_TOLD = ("debug", "log", "info", "notice", "warning")
"""Levels of RAISE after which the next statement runs."""


def value(reading: Reading, text: str, scope: Scope) -> values.Values:
    """Return what a body returns. Raises Unreadable and TooMany."""
    body = Body.of(text)
    returned, _ = block(reading, body, [((), {"found": FALSE})], scope)
    if body.peek() == ";":
        body.take()
    if body.peek() or any(isinstance(term, Call) and term.name == ROW for _, term in returned):
        raise Unreadable
    return tuple(returned)


def rows(reading: Reading, text: str, scope: Scope) -> subselects.Rows:
    """Return the rows that a body gives by RETURN QUERY and RETURN NEXT, or the one that it returns; no row where that
    is NULL. Raises Unreadable and TooMany."""
    body = Body.of(text)
    returned, _ = block(reading, body, [((), {"found": FALSE})], scope)
    if body.peek() == ";":
        body.take()
    if body.peek():
        raise Unreadable
    found: subselects.Rows = []
    for condition, term in returned:
        if is_null(term):
            continue
        if not isinstance(term, Call) or term.name != ROW:
            raise Unreadable
        found.append((condition, term.arguments))
    return found


def block(reading: Reading, body: Body, states: list[State], scope: Scope) -> tuple[Returned, list[State]]:
    """Read [DECLARE ...] BEGIN ... [EXCEPTION ...] END."""
    body.blocks += 1
    if body.peek() == "declare":
        body.take()
        while body.peek() != "begin":
            states = plpgsql_declared.declaration(reading, body, states, scope)
    body.take("begin")
    start = body.place
    returned, after = statements(reading, body, states, scope)
    if body.peek() == "exception":
        # An error may come anywhere in the block: what it assigns may be anything by then.
        caught = havoc(reading, body, states, body.assigned(start, body.place))
        body.take()
        while body.peek() == "when":
            body.until("then")
            more, rest = statements(reading, body, caught, scope)
            returned, after = returned + more, few(after + rest)
    body.take("end")
    return returned, after


def statements(
    reading: Reading, body: Body, states: list[State], scope: Scope
) -> tuple[Returned, list[State]]:
    """Run statements up to a word that ends them: what was returned, and the states that go on."""
    returned: Returned = []
    while body.peek() not in ENDS:
        more, states = _statement(reading, body, states, scope)
        returned += more
        if len(returned) > MOST_BRANCHES:
            raise TooMany
    return returned, states


def _statement(
    reading: Reading, body: Body, states: list[State], scope: Scope
) -> tuple[Returned, list[State]]:
    first = body.peek()
    if first in ("begin", "declare"):
        returned, states = block(reading, body, states, scope)
        body.take(";")
        return returned, states
    body.take()
    control = plpgsql_control.READERS.get(first)
    if control is not None:
        return control(reading, body, states, scope)
    if first == "return":
        return _return(reading, body, states, scope)
    if first == "raise":
        goes_on = body.peek() in _TOLD
        body.until(";")
        return [], states if goes_on else []
    if first in ("select", "perform"):
        return [], plpgsql_queries.into(reading, body, states, scope, first == "perform")
    if first == "null":
        body.take(";")
        return [], states
    if body.peek() in (":=", "="):
        body.take()
        return [], assign(reading, body, first, body.cut(body.until(";")), states, scope)
    raise Unreadable


def _return(reading: Reading, body: Body, states: list[State], scope: Scope) -> tuple[Returned, list[State]]:
    """RETURN ends the body, but for RETURN QUERY and RETURN NEXT, which add rows."""
    how = body.peek()
    if how in ("query", "next"):
        body.take()
    tokens = body.until(";")
    if not tokens and how != "next":
        return [], []
    # RETURN NEXT alone gives what the OUT variables are.
    text = body.cut(tokens)
    found: Returned = []
    for condition, known in states:
        if how == "query":
            select = inlining.statement(text)
            if select is None:
                raise Unreadable
            given = subselects.selected(reading, select, inner(scope, text, known))
            found += [(condition + c, Call(ROW, terms, UNKNOWN)) for c, terms in given]
        elif text.lower() in body.records:
            held = known.get(whole(text.lower()))
            if held is None:
                raise Unreadable
            found.append((condition, held))
        elif how == "next":
            found += [
                (condition + c, Call(ROW, (term,), UNKNOWN))
                for c, term in one(reading, text, known, scope, shown=True)
            ]
        else:
            found += [(condition + c, term) for c, term in one(reading, text, known, scope)]
    return found, havoc(reading, body, states, set()) if how in ("query", "next") else []


def whole(name: str) -> str:
    """Return under what name all columns of a record stand among the variables."""
    return f"{name}.\n"


def few(states: list[State]) -> list[State]:
    """Return states. Raises TooMany."""
    if len(states) > MOST_BRANCHES:
        raise TooMany
    return states


def havoc(reading: Reading, body: Body, states: list[State], names: set[str]) -> list[State]:
    """Return states in which some variables, and FOUND, may be anything."""
    return [
        (
            condition,
            {
                **{n: t for n, t in known.items() if n.split(".")[0] not in names},
                **{
                    n: Call("?variable", (), body.types[n], reading.number())
                    for n in names & body.types.keys()
                },
                "found": Call("?found", (), TRUE.kind, reading.number()),
            },
        )
        for condition, known in states
    ]


def one(reading: Reading, text: str, known: Variables, scope: Scope, shown: bool = False) -> values.Values:
    """Return what an expression may be; `shown` where a door gives it."""
    source, node, _ = texts.expression(text)
    if node is None:
        raise Unreadable
    with nullcontext() if shown else reading.hidden():
        return values.values(reading, node, inner(scope, source, known))


def inner(scope: Scope, source: str, known: Variables) -> Scope:
    """Return the scope of a piece of the body."""
    parameters = {**scope.parameters, **known}
    return replace(scope, source=source, frames=(), parameters=parameters, variables=True)


def condition(reading: Reading, text: str, known: Variables, scope: Scope, wanted: str) -> Disjunction:
    """Return the ways in which a condition has one of some outcomes."""
    source, node, _ = texts.expression(text)
    if node is None:
        raise Unreadable
    with reading.hidden():
        return branches.ways(reading, node, inner(scope, source, known), wanted)


def assign(
    reading: Reading, body: Body, name: str, text: str, states: list[State], scope: Scope
) -> list[State]:
    if name not in body.types:
        raise Unreadable
    kind = body.types[name]
    return few(
        [
            (c + given, {**known, name: cast(term, kind)})
            for c, known in states
            for given, term in one(reading, text, known, scope)
        ]
    )
