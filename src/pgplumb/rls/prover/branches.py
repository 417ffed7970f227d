"""Reads an expression as a condition: the ways in which it is true, false or unknown, by Kleene's logic.

`wanted` names outcomes: "T", "F", "U" or several of them. What is returned covers every case in which the
outcome is one of these; it may cover more, never less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pgplumb.rls.prover import arrays, comparisons, subselects, values
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
    unread,
)
from pgplumb.rls.prover.terms import FALSE, TRUE, Constant, Term, is_null
from pgplumb.sql.node import Node

_TESTS = {"TRUE": "T", "FALSE": "F", "UNKNOWN": "U"}


def ways(reading: Reading, node: Node, scope: Scope, wanted: str) -> Disjunction:
    """Return the ways in which a condition has one of some outcomes. Raises TooMany."""
    if len(wanted) == 3:
        return ALWAYS
    if node.kind == "BoolExpr":
        return _logic(reading, node, scope, wanted)
    found: Disjunction = NEVER
    for outcome in wanted:
        try:
            found = add(found, _one(reading, node, scope, outcome))
        except Unreadable:
            return unread(node, scope, wanted)
    return found


def _logic(reading: Reading, node: Node, scope: Scope, wanted: str) -> Disjunction:
    operator = node.text("boolop")
    try:
        only(node, "boolop", "args")
        if operator not in ("AND_EXPR", "OR_EXPR", "NOT_EXPR"):
            raise Unreadable
    except Unreadable:
        return unread(node, scope, wanted)
    arguments = node.nodes("args")
    if operator == "NOT_EXPR":
        swapped = "".join({"T": "F", "F": "T", "U": "U"}[w] for w in wanted)
        return ways(reading, arguments[0], scope, swapped)
    # What decides alone: one false argument makes AND false, one true argument makes OR true.
    weak, strong = ("F", "T") if operator == "AND_EXPR" else ("T", "F")
    if weak not in wanted:
        if "U" not in wanted or strong in wanted:
            return _all(reading, arguments, scope, wanted)
        return _unknown(reading, arguments, scope, strong)
    if strong in wanted:
        return add(_all(reading, arguments, scope, strong), _any(reading, arguments, scope, weak))
    return _any(reading, arguments, scope, wanted)


def _all(reading: Reading, arguments: tuple[Node, ...], scope: Scope, wanted: str) -> Disjunction:
    found = ALWAYS
    for argument in arguments:
        found = multiply(found, ways(reading, argument, scope, wanted))
    return found


def _any(reading: Reading, arguments: tuple[Node, ...], scope: Scope, wanted: str) -> Disjunction:
    found: Disjunction = NEVER
    for argument in arguments:
        found = add(found, ways(reading, argument, scope, wanted))
    return found


def _unknown(reading: Reading, arguments: tuple[Node, ...], scope: Scope, strong: str) -> Disjunction:
    """One argument is unknown, and none decides."""
    found: Disjunction = NEVER
    for place, argument in enumerate(arguments):
        others = arguments[:place] + arguments[place + 1 :]
        rest = _all(reading, others, scope, strong + "U")
        found = add(found, multiply(ways(reading, argument, scope, "U"), rest))
    return found


def _one(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    if node.kind == "A_Expr":
        reader = READ.get(node.text("kind"))
        if reader is not None:
            return reader(reading, node, scope, outcome)
    elif node.kind == "NullTest":
        return _null_test(reading, node, scope, outcome)
    elif node.kind == "BooleanTest":
        return _boolean_test(reading, node, scope, outcome)
    elif node.kind == "SubLink" and node.text("subLinkType") != "EXPR_SUBLINK":
        return subselects.ways(reading, node, scope, outcome)
    snippet = Snippet(scope.source, node, negated=outcome != "T")
    found: Disjunction = NEVER
    for condition, term in values.values(reading, node, scope):
        found = add(found, multiply((condition,), truth(term, outcome, snippet)))
    return found


def truth(term: Term, outcome: str, snippet: Snippet) -> Disjunction:
    """Return when a boolean value has an outcome."""
    if isinstance(term, Constant):
        actual = "U" if term.value is None else "T" if term.value is True else "F"
        return ALWAYS if actual == outcome else NEVER
    if outcome == "U":
        return null(term, snippet)
    return ((Literal(Fact.EQUAL, (term, TRUE if outcome == "T" else FALSE), "", snippet),),)


def null(term: Term, snippet: Snippet) -> Disjunction:
    """Return when a value is NULL."""
    if isinstance(term, Constant):
        return ALWAYS if term.value is None else NEVER
    return ((Literal(Fact.NULL, (term,), "", snippet),),)


def not_null(term: Term, snippet: Snippet) -> Disjunction:
    """Return when a value is not NULL."""
    if isinstance(term, Constant):
        return NEVER if term.value is None else ALWAYS
    return ((Literal(Fact.NOT_NULL, (term,), "", snippet),),)


def _null_test(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    only(node, "arg", "nulltesttype")
    argument = node.node("arg")
    test = node.text("nulltesttype")
    if argument is None or test not in ("IS_NULL", "IS_NOT_NULL"):
        raise Unreadable
    if outcome == "U":
        return NEVER
    wants_null = (test == "IS_NULL") == (outcome == "T")
    snippet = Snippet(scope.source, node, negated=outcome != "T")
    found: Disjunction = NEVER
    for condition, term in values.values(reading, argument, scope):
        if not is_null(term) and not term.kind.scalar:
            said: Disjunction = ((Literal(Fact.OTHER, (term,), f"{outcome} {test}", snippet),),)
        else:
            said = null(term, snippet) if wants_null else not_null(term, snippet)
        found = add(found, multiply((condition,), said))
    return found


def _boolean_test(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    only(node, "arg", "booltesttype")
    argument = node.node("arg")
    words = node.text("booltesttype").removeprefix("IS_").split("_")
    if argument is None or words[-1] not in _TESTS or words[:-1] not in ([], ["NOT"]):
        raise Unreadable
    if outcome == "U":
        return NEVER
    yes = _TESTS[words[-1]]
    no = "".join(sorted({"T", "F", "U"} - {yes}))
    return ways(reading, argument, scope, yes if (len(words) == 1) == (outcome == "T") else no)


def arms(reading: Reading, node: Node, scope: Scope) -> Iterator[tuple[Disjunction, Node | None]]:
    """Yield the ways into each arm of CASE with its result; None where there is no ELSE. Raises Unreadable."""
    only(node, "arg", "args", "defresult")
    subject = node.node("arg")
    before = ALWAYS
    for arm in node.nodes("args"):
        if arm.kind != "CaseWhen":
            raise Unreadable
        only(arm, "expr", "result")
        condition, result = arm.node("expr"), arm.node("result")
        if condition is None or result is None:
            raise Unreadable
        if subject is not None and reading.world.overrides.equality:
            raise Unreadable
        if subject is not None:
            condition = _equals(subject, condition)
        yield multiply(before, ways(reading, condition, scope, "T")), result
        before = multiply(before, ways(reading, condition, scope, "FU"))
    yield before, node.node("defresult")


def _equals(left: Node, right: Node) -> Node:
    return Node(
        "A_Expr",
        {
            "kind": "AEXPR_OP",
            "name": [{"String": {"sval": "="}}],
            "lexpr": {left.kind: left.fields},
            "rexpr": {right.kind: right.fields},
        },
    )


READ: dict[str, Callable[[Reading, Node, Scope, str], Disjunction]] = {
    "AEXPR_OP": lambda reading, node, scope, outcome: comparisons.comparison(reading, node, scope, outcome),
    "AEXPR_LIKE": lambda reading, node, scope, outcome: comparisons.comparison(reading, node, scope, outcome),
    "AEXPR_ILIKE": lambda reading, node, scope, outcome: comparisons.comparison(
        reading, node, scope, outcome
    ),
    "AEXPR_SIMILAR": lambda reading, node, scope, outcome: comparisons.comparison(
        reading, node, scope, outcome
    ),
    "AEXPR_DISTINCT": lambda reading, node, scope, outcome: comparisons.distinct(
        reading, node, scope, outcome
    ),
    "AEXPR_NOT_DISTINCT": lambda reading, node, scope, outcome: comparisons.distinct(
        reading, node, scope, outcome
    ),
    "AEXPR_BETWEEN": lambda reading, node, scope, outcome: comparisons.between(reading, node, scope, outcome),
    "AEXPR_OP_ANY": lambda reading, node, scope, outcome: arrays.ways(reading, node, scope, outcome),
    "AEXPR_OP_ALL": lambda reading, node, scope, outcome: arrays.ways(reading, node, scope, outcome),
    "AEXPR_IN": lambda reading, node, scope, outcome: arrays.ways(reading, node, scope, outcome),
}
