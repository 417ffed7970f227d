"""Operators as values: -> of JSON, arithmetic, ||, NULLIF; and what is nothing but a function of others."""

from __future__ import annotations

from pgplumb.rls.prover import branches, comparisons, values
from pgplumb.rls.prover.kinds import NUMERIC, TEXT, UNKNOWN, Kind
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable, only
from pgplumb.rls.prover.terms import Call, Term
from pgplumb.sql.node import Node

_PURE_OPERATORS = frozenset(
    (
        "->",
        "->>",
        "#>",
        "#>>",
        "||",
        "+",
        "-",
        "*",
        "%",
        "&",
        "|",
        "#",
    )
)


_TEXT_OPERATORS = ("->>", "#>>")


def operation(reading: Reading, node: Node, scope: Scope) -> values.Values:
    kind = node.text("kind")
    if kind == "AEXPR_NULLIF":
        only(node, "kind", "name", "lexpr", "rexpr")
        if node.words("name") != ("=",) or reading.world.overrides.equality:
            raise Unreadable
        return tuple(
            (c, Call("nullif", (a, b), a.kind))
            for c, (a, b) in values.combined(reading, _operands(node), scope)
        )
    if kind not in branches.READ:
        raise Unreadable
    if kind != "AEXPR_OP":
        return values.truth(reading, node, scope)
    only(node, "kind", "name", "lexpr", "rexpr")
    name = node.words("name")
    if len(name) != 1 or name[0] in (*comparisons.COMPARISONS, *comparisons.TESTS):
        return values.truth(reading, node, scope)
    serial = 0 if name[0] in _PURE_OPERATORS else reading.number()
    operands = _operands(node)
    return tuple(
        (c, Call(name[0], terms, _result(name[0], terms), serial))
        for c, terms in values.combined(reading, operands, scope)
    )


def _result(operator: str, terms: tuple[Term, ...]) -> Kind:
    if operator in _TEXT_OPERATORS:
        return TEXT
    if operator in ("->", "#>"):
        return Kind("json or jsonb")
    numbers = all(term.kind.family == "number" for term in terms)
    return NUMERIC if operator in ("+", "-", "*", "/", "%") and numbers else UNKNOWN


def opaque(reading: Reading, node: Node, scope: Scope) -> values.Values:
    """A value that is nothing but a function of others: GREATEST, an array, an element of one."""
    only(node, "op", "args", "elements", "list_start", "list_end", "arg", "indirection")
    inner = node.node("arg")
    of = (inner,) if inner is not None else node.nodes("args") or node.nodes("elements")
    name = node.kind + node.text("op")
    for index in node.nodes("indirection"):
        if index.kind != "A_Indices":
            raise Unreadable
        only(index, "uidx", "lidx", "is_slice")
        name += "".join(sorted(index.fields.keys() - {"location"}))
        of += tuple(bound for bound in (index.node("lidx"), index.node("uidx")) if bound is not None)
    kind = Kind(f"a {node.kind}", scalar=False)
    return tuple((c, Call(name, terms, kind)) for c, terms in values.combined(reading, of, scope))


def _operands(node: Node) -> tuple[Node, ...]:
    found = tuple(n for n in (node.node("lexpr"), node.node("rexpr")) if n is not None)
    if not found:
        raise Unreadable
    return found
