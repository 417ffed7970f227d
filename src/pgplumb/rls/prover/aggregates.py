"""Aggregates over a sub-select that come to one of its rows: max, bool_or, count(*) > 0, array_agg."""

from __future__ import annotations

from decimal import Decimal

from pgplumb.rls.prover import subselects, values
from pgplumb.rls.prover.reading import NEVER, Disjunction, Reading, Scope
from pgplumb.rls.prover.terms import NULL, Constant
from pgplumb.sql.node import Json, Node

_OF_SOME_ROW = ("max", "min", "bool_or", "bool_and", "every", "any_value")
"""What they give is the value of one of the rows, or NULL."""


def argument(select: Node, names: tuple[str, ...]) -> Node | None:
    """Return a SELECT of one aggregate as a SELECT of its argument; None where it is no such thing."""
    call = _call(select)
    if call is None or not call.fields.keys() <= {"funcname", "args", "funcformat", "location", "agg_order"}:
        return None
    if (
        call.words("funcname")[-1] not in names
        or len(call.words("funcname")) != 1
        or len(call.nodes("args")) != 1
    ):
        return None
    given = call.fields["args"]
    assert isinstance(given, list)
    return _with(select, given[0])


def of_some_row(reading: Reading, select: Node, scope: Scope) -> values.Values | None:
    """Return what a SELECT of max() and the like may be; None for any other. Raises Unreadable and TooMany."""
    plain = argument(select, _OF_SOME_ROW) if scope.resolved else None
    if plain is None:
        return None
    rows = subselects.selected(reading, plain, scope)
    return (*((condition, terms[0]) for condition, terms in rows), (subselects.no_row(select, scope), NULL))


def counted(reading: Reading, left: Node, operator: str, right: Node, scope: Scope) -> Disjunction | None:
    """Return when (SELECT count(...)) is above a constant: where a row is there. None where it is no such thing."""
    if left.kind != "SubLink" or left.text("subLinkType") != "EXPR_SUBLINK" or not scope.resolved:
        return None
    select = left.node("subselect")
    call = _call(select) if select is not None else None
    if select is None or call is None or call.words("funcname") != ("count",):
        return None
    if not call.fields.keys() <= {"funcname", "args", "agg_star", "agg_distinct", "funcformat", "location"}:
        return None
    found = values.values(reading, right, scope)
    if len(found) != 1 or not isinstance(found[0][1], Constant) or not isinstance(found[0][1].value, Decimal):
        return None
    least = {">": 0, ">=": 1, "=": 1}.get(operator)
    if least is None or found[0][1].value < least:
        return None
    one: Json = {"A_Const": {"ival": {"ival": 1}}}
    rows = subselects.selected(reading, _with(select, one), scope, targets=False)
    return tuple(dict.fromkeys(condition for condition, _ in rows)) or NEVER


def counting(reading: Reading, select: Node) -> Node | None:
    """Return a SELECT of count(...) as a SELECT of the rows that it counts; None for any other."""
    call = _call(select)
    if call is None or call.words("funcname") != ("count",) or reading.users("count"):
        return None
    if not call.fields.keys() <= {"funcname", "args", "agg_star", "agg_distinct", "funcformat", "location"}:
        return None
    one: Json = {"A_Const": {"ival": {"ival": 1}}}
    return _with(select, one)


def _call(select: Node) -> Node | None:
    """Return the call that is all that a SELECT gives, over all its rows."""
    columns = select.nodes("targetList")
    plain = {"targetList", "fromClause", "whereClause", "limitOption", "op"}
    if len(columns) != 1 or not select.fields.keys() <= plain:
        return None
    value = columns[0].node("val")
    return value if value is not None and value.kind == "FuncCall" else None


def _with(select: Node, value: Json) -> Node:
    target: Json = [{"ResTarget": {"val": value}}]
    return Node(select.kind, {**select.fields, "targetList": target})
