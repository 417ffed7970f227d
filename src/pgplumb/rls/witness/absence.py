"""Predicates that let a row pass since something is not in a table: of a tenant that nobody is, all is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pgplumb.rls.identities import predicate
from pgplumb.sql.node import Node

_MISSED = re.compile(
    r"\bnot\s+(?:\w+\s+)?(?:exists|in|found)\b|\bnot\s*\(|\bexcept\b|\ball\s*\(|\bcount\s*\(|\bis\s+null\b|\bif\s+not\b",
    re.IGNORECASE,
)
"""What the body of a function asks of rows that are not there."""
_NAMES_OF_EQUALITY = (("=",), ("pg_catalog", "="))
_PLAIN = ("AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_IN")
_BESIDES = ("groupClause", "havingClause", "limitOffset", "valuesLists")


def passes_for_want(expressions: Iterable[str], bodies: Iterable[str]) -> bool:
    """Whether a predicate may hold because a table lacks a row: `NOT EXISTS (...)`, `CASE WHEN x IN (...) ... ELSE`.

    `bodies` are those of the functions that it calls. What cannot be parsed counts as such.
    """
    return any(map(_for_want, expressions)) or any(_MISSED.search(body) is not None for body in bodies)


@lru_cache(maxsize=4096)
def _for_want(expression: str) -> bool:
    tree = predicate(expression)
    return tree is None or _wants(tree)


def _wants(node: Node) -> bool:
    """Whether something that asks tables stands where its failing could make the whole true."""
    if node.kind == "BoolExpr" and node.text("boolop") != "NOT_EXPR":
        return any(map(_wants, node.nodes("args")))
    if node.kind == "SubLink" and node.text("subLinkType") in ("EXISTS_SUBLINK", "ANY_SUBLINK"):
        select, tested = node.node("subselect"), node.node("testexpr")
        operator = node.words("operName")
        plain = not operator or operator in _NAMES_OF_EQUALITY
        return not plain or (tested is not None and _asks(tested)) or (select is not None and _below(select))
    if node.kind == "A_Expr" and node.text("kind") in _PLAIN and node.words("name") in _NAMES_OF_EQUALITY:
        sides = [side for side in (node.node("lexpr"), node.node("rexpr")) if side is not None]
        return any(map(_wants_of_value, sides))
    return _asks(node) and node.kind != "FuncCall"


def _wants_of_value(node: Node) -> bool:
    """Whether a side of an equality is anything else than a value, a sub-select's or an array of them."""
    if node.kind == "SubLink":
        select = node.node("subselect")
        return select is not None and _below(select)
    return any(_wants_of_value(one) for one in node.walk() if one is not node and one.kind == "SubLink")


def _below(select: Node) -> bool:
    """Whether a sub-select shows a row since another is missing."""
    if select.text("op") not in ("", "SETOP_NONE") or any(select.fields.get(name) for name in _BESIDES):
        return _asks(select)
    for target in select.nodes("targetList"):
        if any(one.kind == "CoalesceExpr" or _counts(one) for one in target.walk()):
            return True
    where = select.node("whereClause")
    joins = [one for one in select.walk() if one.kind == "JoinExpr"]
    outer = any(one.text("jointype") not in ("", "JOIN_INNER") for one in joins)
    conditions = [where, *(one.node("quals") for one in joins)]
    return outer or any(_wants(one) for one in conditions if one is not None)


def _asks(node: Node) -> bool:
    """Whether anything in an expression may read a table: a sub-select with FROM, or a function of users."""
    for one in node.walk():
        if one.kind == "SubLink":
            select = one.node("subselect")
            if select is not None and select.fields.get("fromClause"):
                return True
        name = one.words("funcname") if one.kind == "FuncCall" else ()
        if len(name) > 1 and name[0] not in ("pg_catalog", "auth"):
            return True
    return False


def _counts(node: Node) -> bool:
    """Whether it is an aggregate that says something of no rows."""
    return node.kind == "FuncCall" and node.words("funcname")[-1:] in (("count",), ("bool_and",), ("every",))
