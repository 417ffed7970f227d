"""Reads an expression as a condition: the ways in which it is true, false or unknown, by Kleene's logic.

`wanted` names outcomes: "T", "F", "U" or several of them. What is returned covers every case in which the
outcome is one of these; it may cover more, never less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from pgplumb.rls.prover import aggregates, arrays, subselects, values
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
    unread,
)
from pgplumb.rls.prover.terms import FALSE, TRUE, Call, Constant, Term, cast, is_null, of_session
from pgplumb.sql.node import Node

COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
TESTS = ("?", "?|", "?&", "@>", "<@", "&&", "~", "~*", "!~", "!~*")
"""Operators besides comparisons that say true or false."""
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
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
        reader = _EXPRESSIONS.get(node.text("kind"))
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


def compare(left: Term, operator: str, right: Term, outcome: str, snippet: Snippet) -> Disjunction:
    """Return when a comparison by an operator of PostgreSQL's own has an outcome."""
    left, right = _typed(left, right), _typed(right, left)
    if is_null(left) or is_null(right):
        return ALWAYS if outcome == "U" else NEVER
    if outcome == "U":
        return add(null(left, snippet), null(right, snippet))
    operator = "<>" if operator == "!=" else operator
    if left.kind.family != right.kind.family or not left.kind.family:
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


def _comparison(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
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


def _distinct(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    only(node, "kind", "name", "lexpr", "rexpr")
    left, right = node.node("lexpr"), node.node("rexpr")
    if node.words("name") != ("=",) or left is None or right is None:
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
        both = multiply(null(a, snippet), null(b, snippet))
        if same:
            said = add(compare(a, "=", b, "T", snippet), both)
        else:
            one = multiply(null(a, snippet), not_null(b, snippet))
            other = multiply(not_null(a, snippet), null(b, snippet))
            said = add(add(compare(a, "=", b, "F", snippet), one), other)
        found = add(found, multiply((condition,), said))
    return found


def _between(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
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


_EXPRESSIONS: dict[str, Callable[[Reading, Node, Scope, str], Disjunction]] = {
    "AEXPR_OP": _comparison,
    "AEXPR_LIKE": _comparison,
    "AEXPR_ILIKE": _comparison,
    "AEXPR_DISTINCT": _distinct,
    "AEXPR_NOT_DISTINCT": _distinct,
    "AEXPR_BETWEEN": _between,
    "AEXPR_OP_ANY": lambda reading, node, scope, outcome: arrays.ways(reading, node, scope, outcome),
    "AEXPR_OP_ALL": lambda reading, node, scope, outcome: arrays.ways(reading, node, scope, outcome),
    "AEXPR_IN": lambda reading, node, scope, outcome: arrays.ways(reading, node, scope, outcome),
}
