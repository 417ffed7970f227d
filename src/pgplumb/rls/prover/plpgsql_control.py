"""Statements of plpgsql that choose and repeat: IF, CASE, FOR, FOREACH, WHILE, LOOP, EXIT and CONTINUE.

A loop is read as one turn of it, whichever: what its body assigns may be anything when a turn begins, and when the
loop is left.
"""

from __future__ import annotations

from collections.abc import Callable

from pgplumb.rls.prover import inlining, kinds, plpgsql, plpgsql_queries, subselects
from pgplumb.rls.prover.kinds import UNKNOWN, Kind
from pgplumb.rls.prover.plpgsql_body import ENDS, Body
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable, multiply
from pgplumb.rls.prover.terms import Call, cast

Read = tuple["plpgsql.Returned", "list[plpgsql.State]"]


def _if(reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope) -> Read:
    condition = body.cut(body.until("then"))
    taken, other = _parted(reading, condition, states, scope)
    returned, after = plpgsql.statements(reading, body, taken, scope)
    following = body.take(*ENDS)
    if following in ("elsif", "elseif"):
        more, rest = _if(reading, body, other, scope)
        return returned + more, plpgsql.few(after + rest)
    if following == "else":
        more, other = plpgsql.statements(reading, body, other, scope)
        returned += more
        body.take("end")
    elif following != "end":
        raise Unreadable
    body.take("if")
    body.take(";")
    return returned, plpgsql.few(after + other)


def _parted(
    reading: Reading, condition: str, states: list[plpgsql.State], scope: Scope
) -> tuple[list[plpgsql.State], list[plpgsql.State]]:
    """Return the states in which a condition is true, and those in which it is not."""
    taken: list[plpgsql.State] = []
    other: list[plpgsql.State] = []
    for given, known in states:
        yes = multiply((given,), plpgsql.condition(reading, condition, known, scope, "T"))
        no = multiply((given,), plpgsql.condition(reading, condition, known, scope, "FU"))
        taken += [(way, known) for way in yes]
        other += [(way, known) for way in no]
    return plpgsql.few(taken), plpgsql.few(other)


def _case(reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope) -> Read:
    """Without an ELSE, a CASE that no arm fits is an error."""
    subject = "" if body.peek() == "when" else body.cut(body.until("when"))
    if subject:
        body.place -= 1
    returned: plpgsql.Returned = []
    after: list[plpgsql.State] = []
    while body.peek() == "when":
        body.take()
        tested = body.cut(body.until("then"))
        if subject:
            tested = f"({subject}) IN ({tested})"
        taken, states = _parted(reading, tested, states, scope)
        more, rest = plpgsql.statements(reading, body, taken, scope)
        returned, after = returned + more, after + rest
    if body.peek() == "else":
        body.take()
        more, rest = plpgsql.statements(reading, body, states, scope)
        returned, after = returned + more, after + rest
    for expected in ("end", "case", ";"):
        body.take(expected)
    return returned, plpgsql.few(after)


def _loop(reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope) -> Read:
    return _turns(reading, body, states, _entered(reading, body, states), scope, ())


def _while(reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope) -> Read:
    condition = body.cut(body.until("loop"))
    taken, _ = _parted(reading, condition, _entered(reading, body, states), scope)
    return _turns(reading, body, states, taken, scope, ())


def _foreach(reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope) -> Read:
    name = body.take()
    body.take("in")
    body.take("array")
    array = body.cut(body.until("loop"))
    if name not in body.types:
        raise Unreadable
    found: list[plpgsql.State] = []
    for condition, known in _entered(reading, body, states):
        for given, term in plpgsql.one(reading, array, known, scope):
            one = Call("element", (term,), _element(term.kind), reading.number())
            found.append((condition + given, {**known, name: cast(one, body.types[name])}))
    return _turns(reading, body, states, plpgsql.few(found), scope, (name,))


def _element(array: Kind) -> Kind:
    return kinds.named(array.name[:-2]) if array.name.endswith("[]") else UNKNOWN


def _for(reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope) -> Read:
    targets = [body.take()]
    while body.peek() == ",":
        body.take()
        targets.append(body.take())
    body.take("in")
    tokens = body.until("loop")
    words = [token.lower or token.text for token in tokens]
    if ".." in words and len(targets) == 1:
        # Its variable is the loop's own, whatever one of its name is outside.
        raise Unreadable
    select = inlining.statement(body.cut(tokens))
    if select is None:
        raise Unreadable
    found: list[plpgsql.State] = []
    for condition, known in _entered(reading, body, states):
        with reading.hidden():
            rows, names = subselects.named(reading, select, plpgsql.inner(scope, body.cut(tokens), known))
        for given, terms in rows:
            found.append((condition + given, plpgsql_queries.bound(body, targets, names, terms, known)))
    return _turns(reading, body, states, plpgsql.few(found), scope, tuple(targets))


def _entered(
    reading: Reading, body: Body, states: list[plpgsql.State], targets: tuple[str, ...] = ()
) -> list[plpgsql.State]:
    """Return the states at the beginning of any turn of the loop whose LOOP was just read."""
    names = body.assigned(body.place, body.past_loop()) | set(targets)
    return plpgsql.havoc(reading, body, states, names)


def _turns(
    reading: Reading,
    body: Body,
    states: list[plpgsql.State],
    turn: list[plpgsql.State],
    scope: Scope,
    targets: tuple[str, ...],
) -> Read:
    after = _entered(reading, body, states, targets)
    returned, _ = plpgsql.statements(reading, body, turn, scope)
    for expected in ("end", "loop", ";"):
        body.take(expected)
    return returned, after


def _leave(reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope) -> Read:
    """EXIT and CONTINUE: what comes behind a loop, or with its next turn, asks nothing of how one came there."""
    tokens = body.until(";")
    if not tokens:
        return [], []
    if (tokens[0].lower or tokens[0].text) != "when":
        raise Unreadable
    _, stays = _parted(reading, body.cut(tokens[1:]), states, scope)
    return [], stays


READERS: dict[str, Callable[[Reading, Body, list[plpgsql.State], Scope], Read]] = {
    "if": _if,
    "case": _case,
    "loop": _loop,
    "while": _while,
    "foreach": _foreach,
    "for": _for,
    "exit": _leave,
    "continue": _leave,
}
