"""Queries of plpgsql into variables: SELECT ... INTO and PERFORM, with FOUND."""

from __future__ import annotations

from decimal import Decimal

from pgplumb.rls.prover import aggregates, inlining, plpgsql, subselects
from pgplumb.rls.prover.kinds import INTEGER, UNKNOWN, Kind
from pgplumb.rls.prover.plpgsql_body import Body
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable
from pgplumb.rls.prover.terms import FALSE, NULL, TRUE, Call, Column, Constant, Term, cast
from pgplumb.sql.lexer import Token
from pgplumb.sql.node import Node


def into(
    reading: Reading, body: Body, states: list[plpgsql.State], scope: Scope, perform: bool
) -> list[plpgsql.State]:
    """SELECT ... INTO v: the first row's columns, or NULLs without one. PERFORM: whether there is one."""
    start = body.tokens[body.place - 1]
    tokens = body.until(";")
    targets: list[str] = []
    if perform:
        text = f"SELECT {body.cut(tokens)}"
    else:
        text, targets = _without_into(body, [start, *tokens])
    select = inlining.statement(text)
    if select is None:
        raise Unreadable
    found: list[plpgsql.State] = []
    counted = aggregates.counting(reading, select) if len(targets) == 1 and targets[0] in body.types else None
    if counted is not None:
        return plpgsql.few(_counted(reading, counted, text, targets[0], states, scope))
    for condition, known in states:
        within = plpgsql.inner(scope, text, known)
        with reading.hidden():
            selected, names = subselects.named(reading, select, within)
        for given, terms in selected:
            found.append((condition + given, {**bound(body, targets, names, terms, known), "found": TRUE}))
        if not subselects.always_one(reading, select):
            nothing: tuple[Term, ...] = (NULL,) * len(names)
            none = condition + subselects.no_row(select, within)
            found.append((none, {**bound(body, targets, names, nothing, known), "found": FALSE}))
    return plpgsql.few(found)


def _counted(
    reading: Reading, select: Node, text: str, target: str, states: list[plpgsql.State], scope: Scope
) -> list[plpgsql.State]:
    """SELECT count(*) INTO v: more than 0 where there is a row."""
    found: list[plpgsql.State] = []
    for condition, known in states:
        within = plpgsql.inner(scope, text, known)
        with reading.hidden():
            there = subselects.selected(reading, select, within, targets=False)
        many = Call("count", (), INTEGER, reading.number())
        found += [(condition + given, {**known, target: many, "found": TRUE}) for given, _ in there]
        none = condition + subselects.no_row(select, within)
        found.append((none, {**known, target: Constant(Decimal(0), INTEGER), "found": TRUE}))
    return found


def bound(
    body: Body, targets: list[str], names: tuple[str, ...], terms: tuple[Term, ...], known: plpgsql.Variables
) -> dict[str, Term]:
    """Return the variables with a row's columns in some of them, or in one record. Raises Unreadable."""
    if len(targets) == 1 and targets[0] in body.records:
        name = targets[0]
        layout = body.layouts.get(name)
        if layout is not None:
            if len(layout) != len(terms):
                raise Unreadable
            terms = tuple(
                _field(term, column, kind) for term, (column, kind) in zip(terms, layout, strict=True)
            )
            names = tuple(column for column, _ in layout)
        rest = {n: t for n, t in known.items() if not n.startswith(f"{name}.")}
        fields = {f"{name}.{n}": term for n, term in zip(names, terms, strict=True) if n}
        return {**rest, **fields, plpgsql.whole(name): Call(plpgsql.ROW, terms, UNKNOWN)}
    if targets and len(targets) != len(terms):
        raise Unreadable
    if any(name not in body.types for name in targets):
        raise Unreadable
    return {**known, **{n: cast(t, body.types[n]) for n, t in zip(targets, terms, strict=False)}}


def _field(term: Term, column: str, kind: Kind) -> Term:
    """Return what a column of a row's type holds once it is given a value. Raises Unreadable."""
    if isinstance(term, Column) and term.name == column and term.kind == kind:
        return term
    if not kind.name:
        raise Unreadable
    return cast(term, kind)


def _without_into(body: Body, tokens: list[Token]) -> tuple[str, list[str]]:
    """Return a query without its INTO, and the variables that it names."""
    words = [token.lower or token.text for token in tokens]
    if words.count("into") != 1:
        raise Unreadable
    place = words.index("into")
    end = place + 1 + (words[place + 1 : place + 2] == ["strict"])
    targets = words[end : end + 1]
    while words[end + 1 : end + 2] == [","]:
        end += 2
        targets += words[end : end + 1]
    text = body.cut(tokens[:place])
    if tokens[end + 1 :]:
        text = f"{text} {body.cut(tokens[end + 1 :])}"
    return text, targets
