"""Comparisons with each element of a list: IN, = ANY, <> ALL and their like."""

from __future__ import annotations

from itertools import product

from pgplumb.rls.prover import aggregates, comparisons, row_functions, subselects, values
from pgplumb.rls.prover.kinds import LOOSE, TEXT, Kind, named
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet
from pgplumb.rls.prover.reading import (
    ALWAYS,
    MOST_BRANCHES,
    NEVER,
    Disjunction,
    Reading,
    Scope,
    TooMany,
    Unreadable,
    add,
    multiply,
    only,
)
from pgplumb.rls.prover.terms import Call, Constant, Term, cast, is_loose, is_null, loosened, of_session
from pgplumb.sql.node import Json, Node


def ways(reading: Reading, node: Node, scope: Scope, outcome: str) -> Disjunction:
    """Return when a comparison with a list has an outcome. Raises Unreadable and TooMany."""
    only(node, "kind", "name", "lexpr", "rexpr", "rexpr_list_start", "rexpr_list_end")
    name, left, right = node.words("name"), node.node("lexpr"), node.node("rexpr")
    if len(name) != 1 or name[0] not in comparisons.COMPARISONS or left is None or right is None:
        raise Unreadable
    kind = node.text("kind")
    any_of = kind == "AEXPR_OP_ANY" or (kind == "AEXPR_IN" and name[0] == "=")
    snippet = Snippet(scope.source, node, negated=outcome != "T")
    inner, element = _uncast(reading, _bare(right), scope)
    inner = _bare(inner)
    array = array_of_rows(inner) if inner.kind == "SubLink" else None
    if array is not None:
        casts = (element,) if element is not None else ()
        return _selected(reading, left, array, scope, (name[0], any_of, outcome, casts), snippet)
    found: Disjunction = NEVER
    bodies = row_functions.arrays_of(reading, inner, scope) if inner.kind == "FuncCall" else None
    if bodies is not None:
        for condition, select, body, declared in bodies:
            # A body's elements are made what the function declares, and then what the call is cast to.
            casts = (named(declared.name.removesuffix("[]")), *((element,) if element is not None else ()))
            said = _selected(reading, left, select, scope, (name[0], any_of, outcome, casts), snippet, body)
            found = add(found, multiply((condition,), said))
        return found
    lists = _lists(reading, inner, scope, element)
    if lists is None:
        return _unlisted(reading, left, right, scope, (name[0], any_of, outcome), snippet)
    for condition, term in values.values(reading, left, scope):
        for given, elements in lists:
            said = _over(term, name[0], elements, any_of, outcome, snippet)
            found = add(found, multiply(multiply((condition,), (given,)), said))
    return found


def contained(reading: Reading, left: Node, operator: str, right: Node, scope: Scope) -> Disjunction | None:
    """Return when ARRAY[a, b] <@ list or list @> ARRAY[a, b]: each is an element; with && one of them is. None where
    no side is written out."""
    if operator == "@>" or (operator == "&&" and left.kind != "A_ArrayExpr"):
        left, right = right, left
    if operator not in ("@>", "<@", "&&") or left.kind != "A_ArrayExpr":
        return None
    only(left, "elements", "list_start", "list_end")
    every = operator != "&&"
    found = ALWAYS if every else NEVER
    for element in left.nodes("elements"):
        if element.kind in ("A_ArrayExpr", "ArrayExpr"):
            raise Unreadable
        fields: dict[str, Json] = {
            "kind": "AEXPR_OP_ANY",
            "name": [{"String": {"sval": "="}}],
            "lexpr": {element.kind: element.fields},
            "rexpr": {right.kind: right.fields},
        }
        said = ways(reading, Node("A_Expr", fields), scope, "T")
        found = multiply(found, said) if every else add(found, said)
    return found


def _bare(node: Node) -> Node:
    """Return what a sub-select without FROM gives: (SELECT f()) is f()."""
    select = node.node("subselect") if node.text("subLinkType") == "EXPR_SUBLINK" else None
    columns = select.nodes("targetList") if select is not None else ()
    if select is None or len(columns) != 1 or select.fields.keys() - {"targetList", "limitOption", "op"}:
        return node
    value = columns[0].node("val")
    plain = ("funcname", "args", "funcformat", "location")
    return (
        value if value is not None and value.kind == "FuncCall" and value.fields.keys() <= {*plain} else node
    )


def array_of_rows(node: Node) -> Node | None:
    """Return the SELECT whose rows are the elements: of ARRAY(SELECT x), or of (SELECT array_agg(x))."""
    only(node, "subLinkType", "subselect")
    select = node.node("subselect")
    if select is None or node.text("subLinkType") == "ARRAY_SUBLINK":
        return select
    return aggregates.argument(select, ("array_agg",)) if node.text("subLinkType") == "EXPR_SUBLINK" else None


def _over(
    term: Term, operator: str, elements: tuple[Term, ...], any_of: bool, outcome: str, snippet: Snippet
) -> Disjunction:
    """ANY is true if one comparison is, and ALL false if one is; the rest as in OR and AND."""
    decides = "T" if any_of else "F"
    if outcome == "U":
        found: Disjunction = NEVER
        for element in elements:
            found = add(found, comparisons.compare(term, operator, element, "U", snippet))
        return found
    found = NEVER if outcome == decides else ALWAYS
    for element in elements:
        said = comparisons.compare(term, operator, element, outcome, snippet)
        found = add(found, said) if outcome == decides else multiply(found, said)
    return found


def _uncast(reading: Reading, node: Node, scope: Scope) -> tuple[Node, Kind | None]:
    """Return a list without the cast around it, and the type that its elements are cast to."""
    if node.kind != "TypeCast":
        return node, None
    only(node, "arg", "typeName")
    kind, sized = values.type_of(reading, node.node("typeName"), scope)
    inner = node.node("arg")
    if sized or inner is None or not kind.name.endswith("[]"):
        return node, None
    element = named(kind.name[:-2])
    if inner.kind == "TypeCast":
        # A cast of a cast: elements that were cast keep their type where the families agree.
        innermost, first = _uncast(reading, inner, scope)
        if first is None or first.family != "text" or element.name not in ("text", "varchar"):
            return node, None
        return innermost, first
    return inner, element


def _lists(
    reading: Reading, node: Node, scope: Scope, element: Kind | None
) -> list[tuple[Conjunction, tuple[Term, ...]]] | None:
    """Return the elements of a list that is written out, or None where it is not."""
    if node.kind in ("A_ArrayExpr", "List"):
        only(node, "elements", "items", "list_start", "list_end")
        items = node.nodes("elements") or node.nodes("items")
        found = []
        for choice in product(*(values.values(reading, item, scope) for item in items)):
            conditions = tuple(literal for condition, _ in choice for literal in condition)
            terms = tuple(term if element is None else cast(term, element) for _, term in choice)
            if any(term.kind.name.endswith(("[]", "A_ArrayExpr")) for _, term in choice):
                # Of arrays in arrays the elements are those of the innermost.
                raise Unreadable
            terms = tuple(map(loosened, terms)) if any(map(is_loose, terms)) else terms
            found.append((conditions, terms))
            if len(found) > MOST_BRANCHES:
                raise TooMany
        return found
    if node.kind == "A_Const" and element is not None and "sval" in node.fields:
        inner = node.node("sval")
        text = inner.text("sval") if inner else ""
        if len(text) < 2 or text[0] != "{" or text[-1] != "}" or any(c in text[1:-1] for c in '{}"\\ \t\n'):
            raise Unreadable
        raw = text[1:-1].split(",") if text != "{}" else []
        unknown = Kind("unknown", "text")
        return [
            (
                (),
                tuple(
                    Constant(None, element) if w.lower() == "null" else cast(Constant(w, unknown), element)
                    for w in raw
                ),
            )
        ]
    return None


def _unlisted(
    reading: Reading, left: Node, right: Node, scope: Scope, how: tuple[str, bool, str], snippet: Snippet
) -> Disjunction:
    """The list is a value of its own: where it is the session's, the left side is one of its elements."""
    operator, any_of, outcome = how
    if not any_of or operator != "=" or outcome != "T":
        raise Unreadable
    found: Disjunction = NEVER
    for condition, (term, array) in values.combined(reading, (left, right), scope):
        if is_null(array):
            continue
        if not of_session(array):
            found = add(found, ((*condition, Literal(Fact.OTHER, (term, array), "T = ANY", snippet)),))
            continue
        kind = array.kind
        if kind.name.endswith("[]"):
            kind = named(kind.name[:-2])
        elif isinstance(array, Call) and array.name == "string_to_array":
            kind = TEXT
        kind = Kind(kind.name + LOOSE) if is_loose(array) else kind
        one = Call("element", (array,), kind, reading.number())
        found = add(found, multiply((condition,), comparisons.compare(term, "=", one, "T", snippet)))
    return found


def _selected(
    reading: Reading,
    left: Node,
    select: Node,
    scope: Scope,
    how: tuple[str, bool, str, tuple[Kind, ...]],
    snippet: Snippet,
    body: Scope | None = None,
) -> Disjunction:
    """= ANY (ARRAY(SELECT ...)) is IN. `body` is the scope of the SELECT where a function's stands for it."""
    operator, any_of, outcome, casts = how
    if not any_of or outcome != "T":
        raise Unreadable
    found: Disjunction = NEVER
    rows = subselects.selected(reading, select, body or scope)
    for condition, term in values.values(reading, left, scope):
        for given, terms in rows:
            chosen = terms[0]
            for kind in casts:
                chosen = cast(chosen, kind)
            said = comparisons.compare(term, operator, chosen, "T", snippet)
            found = add(found, multiply(multiply((condition,), (given,)), said))
    return found
