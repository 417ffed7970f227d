"""Comparisons: =, <, IS DISTINCT FROM, BETWEEN and their like, of values and of rows."""

from __future__ import annotations

from decimal import Decimal

from pgplumb.rls.prover import aggregates, arrays, branches, values
from pgplumb.rls.prover.kinds import TEXT
from pgplumb.rls.prover.literals import Fact, Literal, Snippet
from pgplumb.rls.prover.reading import (
    ALWAYS,
    NEVER,
    Disjunction,
    Reading,
    Scope,
    Unreadable,
    add,
    multiply,
    only,
)
from pgplumb.rls.prover.terms import Call, Constant, Term, cast, is_loose, is_null, of_session
from pgplumb.sql.node import Node

COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")


TESTS = ("?", "?|", "?&", "@>", "<@", "&&", "~", "~*", "!~", "!~*")
"""Operators besides comparisons that say true or false."""


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def compare(left: Term, operator: str, right: Term, outcome: str, snippet: Snippet) -> Disjunction:
    """Return when a comparison by an operator of PostgreSQL's own has an outcome."""
    left, right = _typed(left, right), _typed(right, left)
    if is_null(left) or is_null(right):
        return ALWAYS if outcome == "U" else NEVER
    if outcome == "U":
        return add(branches.null(left, snippet), branches.null(right, snippet))
    operator = "<>" if operator == "!=" else operator
    loose = left.kind.family == "text" and (is_loose(left) or is_loose(right))
    if left.kind.family != right.kind.family or not left.kind.family or loose:
        return ((Literal(Fact.OTHER, (left, right), f"{outcome} {operator}", snippet),),)
    if operator in ("=", "<>"):
        if isinstance(left, Constant) and isinstance(right, Constant) and left.exact and right.exact:
            return ALWAYS if ((left == right) == (operator == "=")) == (outcome == "T") else NEVER
        equal = (operator == "=") == (outcome == "T")
        return ((Literal(Fact.EQUAL if equal else Fact.NOT_EQUAL, (left, right), "", snippet),),)
    operator = operator if outcome == "T" else _OPPOSITE[operator]
    if isinstance(left, Constant) and isinstance(right, Constant):
        a, b = left.value, right.value
        if isinstance(a, Decimal) and isinstance(b, Decimal):
            holds = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
            return ALWAYS if holds else NEVER
    return ((Literal(Fact.ORDER, (left, right), operator, snippet),),)


def _typed(term: Term, other: Term) -> Term:
    """A quoted constant takes the type of what it is compared with."""
    if term.kind.name != "unknown":
        return term
    return cast(term, TEXT if other.kind.name == "unknown" else other.kind)


def comparison(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    only(node, "kind", "name", "lexpr", "rexpr")
    name, left, right = node.words("name"), node.node("lexpr"), node.node("rexpr")
    if len(name) == 2 and name[0] == "pg_catalog":
        name = name[1:]
    if len(name) != 1 or left is None or right is None:
        raise Unreadable
    snippet = Snippet(scope.source, node, negated=outcome != "T")
    if outcome == "T" and (there := aggregates.counted(reading, left, name[0], right, scope)) is not None:
        return there
    if outcome == "T" and (contained := arrays.contained(reading, left, name[0], right, scope)) is not None:
        return contained
    if left.kind == "RowExpr" or right.kind == "RowExpr":
        return _rows(reading, (left, right), scope, name[0], outcome, snippet)
    found: Disjunction = NEVER
    for condition, (a, b) in values.combined(reading, (left, right), scope):
        if name[0] == "?" and outcome == "T" and of_session(a):
            # A key or an element of what the session gives.
            one = Call("element", (a,), TEXT, reading.number())
            said = compare(b, "=", one, "T", snippet)
        elif scope.resolved and name[0] in TESTS and (is_null(a) or is_null(b)):
            # PostgreSQL's own are strict.
            said = ALWAYS if outcome == "U" else NEVER
        elif name[0] in COMPARISONS:
            said = compare(a, name[0], b, outcome, snippet)
        else:
            said = ((Literal(Fact.OTHER, (a, b), f"{outcome} {name[0]}", snippet),),)
        found = add(found, multiply((condition,), said))
    return found


def _rows(
    reading: Reading, sides: tuple[Node, Node], scope: Scope, operator: str, outcome: str, snippet: Snippet
) -> Disjunction:
    """(a, b) = (c, d): every pair is equal."""
    for side in sides:
        if side.kind != "RowExpr":
            raise Unreadable
        only(side, "args", "row_format")
    left, right = (side.nodes("args") for side in sides)
    if operator != "=" or outcome != "T" or len(left) != len(right):
        raise Unreadable
    found: Disjunction = NEVER
    for condition, terms in values.combined(reading, (*left, *right), scope):
        way: Disjunction = (condition,)
        for a, b in zip(terms[: len(left)], terms[len(left) :], strict=True):
            way = multiply(way, compare(a, "=", b, "T", snippet))
        found = add(found, way)
    return found


def distinct(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    only(node, "kind", "name", "lexpr", "rexpr")
    left, right = node.node("lexpr"), node.node("rexpr")
    if node.words("name") != ("=",) or left is None or right is None or reading.world.overrides.equality:
        raise Unreadable
    if outcome == "U":
        return NEVER
    same = (node.text("kind") == "AEXPR_NOT_DISTINCT") == (outcome == "T")
    snippet = Snippet(scope.source, node, negated=outcome != "T")
    found: Disjunction = NEVER
    for condition, (a, b) in values.combined(reading, (left, right), scope):
        a, b = _typed(a, b), _typed(b, a)
        if not (is_null(a) or a.kind.scalar) or not (is_null(b) or b.kind.scalar):
            raise Unreadable
        both = multiply(branches.null(a, snippet), branches.null(b, snippet))
        if same:
            said = add(compare(a, "=", b, "T", snippet), both)
        else:
            one = multiply(branches.null(a, snippet), branches.not_null(b, snippet))
            other = multiply(branches.not_null(a, snippet), branches.null(b, snippet))
            said = add(add(compare(a, "=", b, "F", snippet), one), other)
        found = add(found, multiply((condition,), said))
    return found


def between(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    only(node, "kind", "name", "lexpr", "rexpr")
    left, bounds = node.node("lexpr"), node.node("rexpr")
    items = bounds.nodes("items") if bounds is not None and bounds.kind == "List" else ()
    if outcome != "T" or left is None or len(items) != 2:
        raise Unreadable
    snippet = Snippet(scope.source, node)
    found: Disjunction = NEVER
    for condition, (a, low, high) in values.combined(reading, (left, *items), scope):
        within = multiply(compare(a, ">=", low, "T", snippet), compare(a, "<=", high, "T", snippet))
        found = add(found, multiply((condition,), within))
    return found
