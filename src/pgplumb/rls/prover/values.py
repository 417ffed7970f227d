"""Reads an expression as a value: the terms that it may be, each under its conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import product

from pgplumb.rls.prover import aggregates, branches, functions, kinds, operators, subselects
from pgplumb.rls.prover.kinds import BOOL, INTEGER, NUMERIC, Kind
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet
from pgplumb.rls.prover.reading import (
    MOST_BRANCHES,
    Reading,
    Scope,
    Source,
    TooMany,
    Unreadable,
    multiply,
    only,
    resolve,
)
from pgplumb.rls.prover.terms import NULL, Call, Constant, Term, cast, is_loose, is_null, loosened
from pgplumb.sql.node import Node

Values = tuple[tuple[Conjunction, Term], ...]
"""What an expression may be. Whenever it is evaluated, the conditions of one of them hold and it is that term."""

_SESSION_VALUES = {
    "SVFOP_SESSION_USER": "session_user",
    "SVFOP_CURRENT_DATE": "current_date",
    "SVFOP_CURRENT_TIMESTAMP": "now",
    "SVFOP_LOCALTIMESTAMP": "localtimestamp",
}
_OF_SEVERAL = ("CaseExpr", "CoalesceExpr", "MinMaxExpr", "SubLink")
"""Expressions whose collation is that of several others."""
_CURRENT_USER = ("SVFOP_CURRENT_USER", "SVFOP_USER", "SVFOP_CURRENT_ROLE")


def values(reading: Reading, node: Node, scope: Scope) -> Values:
    """Return what an expression may be. Raises Unreadable and TooMany."""
    reader = _READERS.get(node.kind)
    if reader is None:
        raise Unreadable
    found = tuple(dict.fromkeys(reader(reading, node, scope)))
    if (len(found) > 1 or node.kind in _OF_SEVERAL) and kinds.some_loose(reading.world.catalog):
        found = _alike(reading, node, found)
    if len(found) > MOST_BRANCHES:
        raise TooMany
    return found


def _alike(reading: Reading, node: Node, found: Values) -> Values:
    """One arm of CASE or COALESCE, taken or not, decides how all of them are compared."""
    loose = any(is_loose(term) for _, term in found) or any(
        inner.kind == "CollateClause" and not _deterministic(reading, inner) for inner in node.walk()
    )
    return tuple((condition, loosened(term)) for condition, term in found) if loose else found


def single(term: Term) -> Values:
    """Return a value that has no conditions."""
    return (((), term),)


def combined(
    reading: Reading, nodes: tuple[Node, ...], scope: Scope
) -> list[tuple[Conjunction, tuple[Term, ...]]]:
    """Return what several expressions may be together."""
    found: list[tuple[Conjunction, tuple[Term, ...]]] = []
    for choice in product(*(values(reading, node, scope) for node in nodes)):
        conditions = tuple(literal for condition, _ in choice for literal in condition)
        found.append((conditions, tuple(term for _, term in choice)))
        if len(found) > MOST_BRANCHES:
            raise TooMany
    return found


def _column(reading: Reading, node: Node, scope: Scope) -> Values:
    only(node, "fields")
    names = node.words("fields")
    if len(names) != len(node.nodes("fields")):
        raise Unreadable
    return single(resolve(reading, names, scope))


def _parameter(reading: Reading, node: Node, scope: Scope) -> Values:
    only(node, "number")
    found = scope.parameters.get(f"${node.number('number')}")
    if found is None:
        raise Unreadable
    return single(found)


def _constant(reading: Reading, node: Node, scope: Scope) -> Values:
    only(node, "ival", "fval", "sval", "boolval", "isnull")
    if "isnull" in node.fields:
        return single(NULL)
    if "ival" in node.fields:
        inner = node.node("ival")
        return single(Constant(Decimal(inner.number("ival") if inner else 0), INTEGER))
    if "boolval" in node.fields:
        inner = node.node("boolval")
        return single(Constant(bool(inner and inner.flag("boolval")), BOOL))
    if "sval" in node.fields:
        inner = node.node("sval")
        return single(Constant(inner.text("sval") if inner else "", Kind("unknown", "text")))
    inner = node.node("fval")
    text = inner.text("fval") if inner else ""
    whole = text.isdigit()
    return single(Constant(Decimal(text), Kind("int8", "number") if whole else NUMERIC))


def _cast(reading: Reading, node: Node, scope: Scope) -> Values:
    only(node, "arg", "typeName")
    argument = node.node("arg")
    if argument is None:
        raise Unreadable
    kind, sized = type_of(reading, node.node("typeName"), scope)
    found = values(reading, argument, scope)
    sources = [source for source, target in reading.world.overrides.casts if target == kind.name]
    if any(_may_be(t.kind, source) for _, t in found for source in sources):
        # It may be a function of theirs; which type is converted is not always known.
        return tuple((c, Call(f"?cast {kind.name}", (t,), kind, reading.number())) for c, t in found)
    if sized:
        return tuple((c, Call(f"cast {kind.name}{sized}", (t,), kind)) for c, t in found)
    return tuple((c, cast(t, kind)) for c, t in found)


def _may_be(kind: Kind, source: str) -> bool:
    """Whether a value may be of a type, as far as its kind tells: casts within a family keep the first one's."""
    family = kinds.named(source).family
    return kind.name in ("", source) or (family != "" and kind.family == family)


def type_of(reading: Reading, name: Node | None, scope: Scope) -> tuple[Kind, str]:
    """Return the type that a cast names, and its length or precision as text. Raises Unreadable."""
    if name is None or not name.fields.keys() <= {"names", "typemod", "typmods", "arrayBounds", "location"}:
        raise Unreadable
    kind = kinds.of_names(
        reading.world.catalog, name.words("names"), "arrayBounds" in name.fields, scope.resolved
    )
    if kind is None:
        raise Unreadable
    return kind, str(name.fields["typmods"]) if "typmods" in name.fields else ""


def truth(reading: Reading, node: Node, scope: Scope) -> Values:
    """A condition used as a value: true, false and unknown, each under what it takes."""
    found: list[tuple[Conjunction, Term]] = []
    for wanted, term in (
        ("T", Constant(True, BOOL)),
        ("F", Constant(False, BOOL)),
        ("U", Constant(None, BOOL)),
    ):
        found += [(branch, term) for branch in branches.ways(reading, node, scope, wanted)]
    return tuple(found)


def _coalesce(reading: Reading, node: Node, scope: Scope) -> Values:
    only(node, "args")
    found: list[tuple[Conjunction, Term]] = []
    before: tuple[Conjunction, ...] = ((),)
    arguments = node.nodes("args")
    for place, argument in enumerate(arguments):
        here = values(reading, argument, scope)
        snippet = Snippet(scope.source, argument)
        last = place == len(arguments) - 1
        for condition, term in here:
            if is_null(term):
                continue
            sure = last or isinstance(term, Constant)
            known = () if sure else (Literal(Fact.NOT_NULL, (term,), "", snippet),)
            found += [(earlier + condition + known, term) for earlier in before]
        if last:
            found += [
                (earlier + condition, term) for earlier in before for condition, term in here if is_null(term)
            ]
            break
        nulls: tuple[Conjunction, ...] = tuple(
            condition
            if is_null(term)
            else (*condition, Literal(Fact.NULL, (term,), "", Snippet(scope.source, node)))
            for condition, term in here
            if is_null(term) or not isinstance(term, Constant)
        )
        before = multiply(before, nulls)
    return tuple(found)


def _case(reading: Reading, node: Node, scope: Scope) -> Values:
    found: list[tuple[Conjunction, Term]] = []
    for way, result in branches.arms(reading, node, scope):
        if result is None:
            found += [(condition, NULL) for condition in way]
            continue
        for condition, term in values(reading, result, scope):
            found += [(earlier + condition, term) for earlier in way]
    return tuple(found)


def _session_value(reading: Reading, node: Node, scope: Scope) -> Values:
    only(node, "op", "typmod")
    if node.text("op") in _CURRENT_USER:
        reading.asked_user = True
        role = reading.world.catalog.roles.get(scope.caller)
        if role is None:
            return single(Call("current_user", (), kinds.NAME, 0, True))
        return single(Constant(role.name, kinds.NAME))
    name = _SESSION_VALUES.get(node.text("op"))
    if name is None:
        raise Unreadable
    kind = {
        "session_user": kinds.NAME,
        "current_date": kinds.named("date"),
        "now": kinds.named("timestamptz"),
    }
    return single(Call(name, (), kind.get(name, kinds.named("timestamp")), 0, True))


def _sub_select(reading: Reading, node: Node, scope: Scope) -> Values:
    if node.text("subLinkType") in ("EXISTS_SUBLINK", "ANY_SUBLINK", "ALL_SUBLINK"):
        return truth(reading, node, scope)
    only(node, "subLinkType", "subselect")
    select = node.node("subselect")
    if select is None or node.text("subLinkType") != "EXPR_SUBLINK":
        raise Unreadable
    aggregate = aggregates.of_some_row(reading, select, scope)
    if aggregate is not None:
        return aggregate
    found = subselects.selected(reading, select, scope)
    result = tuple((condition, terms[0]) for condition, terms in found)
    # Without a row it is NULL. What needs no FROM always has its row.
    if subselects.always_one(reading, select):
        return result
    return (*result, (subselects.no_row(select, scope), NULL))


def _collated(reading: Reading, node: Node, scope: Scope) -> Values:
    only(node, "arg", "collname")
    argument = node.node("arg")
    if argument is None or not node.words("collname"):
        raise Unreadable
    found = values(reading, argument, scope)
    if _deterministic(reading, node):
        return found
    return tuple((c, Call("collate", (t,), Kind(t.kind.name + kinds.LOOSE))) for c, t in found)


def _deterministic(reading: Reading, node: Node) -> bool:
    named = [c for c in reading.world.catalog.collations.values() if c.name == node.words("collname")[-1]]
    return bool(named) and all(c.deterministic for c in named)


_READERS: dict[str, Callable[[Reading, Node, Scope], Values]] = {
    "ColumnRef": _column,
    "ParamRef": _parameter,
    "A_Const": _constant,
    "TypeCast": _cast,
    "A_Expr": lambda reading, node, scope: operators.operation(reading, node, scope),
    "CoalesceExpr": _coalesce,
    "CaseExpr": _case,
    "SQLValueFunction": _session_value,
    "SubLink": _sub_select,
    "FuncCall": lambda reading, node, scope: functions.called(reading, node, scope),
    "MinMaxExpr": lambda reading, node, scope: operators.opaque(reading, node, scope),
    "A_ArrayExpr": lambda reading, node, scope: operators.opaque(reading, node, scope),
    "A_Indirection": lambda reading, node, scope: operators.opaque(reading, node, scope),
    "BoolExpr": truth,
    "NullTest": truth,
    "BooleanTest": truth,
    "CollateClause": _collated,
}


def column_in(reading: Reading, frame: Mapping[str, Source], name: str) -> Term:
    """Return the one column of a name in some items of FROM. Raises Unreadable."""
    return resolve(reading, (name,), Scope("", (frame,)))
