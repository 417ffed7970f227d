"""Makes expressions the same again that were the same before their constants became parameters.

Of `SELECT date_trunc('day', at) ... GROUP BY date_trunc('day', at)` pg_stat_statements makes `date_trunc($1, at)` and
leaves `date_trunc('day', at)` behind GROUP BY; other tools number them apart. The server takes both for two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.node import Json, Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

_PLACES = frozenset(("location", "rexpr_list_start", "rexpr_list_end"))


Slot = tuple[int, int]
"""A constant or parameter of an expression: a parameter's number and 0, or 0 and a constant's place in bytes plus 1."""


def unify(text: str) -> str:
    """Return the text with the same parameters or constants in what GROUP BY and ORDER BY share with the columns."""
    try:
        tree = parse_statement(text)
    except (SyntaxProblem, ParserMissing, TooDeep):
        return text
    same: dict[int, Slot] = {}
    for node in tree.walk():
        if node.kind == "SelectStmt":
            _unify(node, same)
    if not same:
        return text
    found = list(tokens(text))
    constants = _constants(text, found)
    parts = []
    for token in found:
        slot = same.get(int(token.text[1:])) if token.kind == "parameter" else None
        if slot is None:
            parts.append(token.text)
        else:
            parts.append(f"${slot[0]}" if slot[0] else constants.get(slot[1] - 1, token.text))
    return "".join(parts)


def _constants(text: str, found: list[Token]) -> dict[int, str]:
    """Return what stands at each place in bytes; a sign with its number."""
    constants, place = {}, 0
    for token, following in zip(found, (*found[1:], None), strict=True):
        signed = token.text == "-" and following is not None and following.kind == "number"
        constants[place] = f"({token.text}{following.text})" if signed and following else token.text
        place += len(token.text.encode())
    return constants


def _unify(select: Node, same: dict[int, Slot]) -> None:
    """Note which parameters of one SELECT become what."""
    known: dict[str, tuple[Slot, ...]] = {}
    for item in _keys(select):
        found = _slots(item)
        if found and item.kind not in ("ParamRef", "A_Const"):
            known.setdefault(_bare(item), found)
    if not known:
        return
    parts = (*select.nodes("targetList"), *select.nodes("sortClause"), *select.nodes("windowClause"))
    having = select.node("havingClause")
    for part in (*select.nodes("groupClause"), *parts, *((having,) if having else ())):
        for node in part.walk():
            if node.kind in ("ParamRef", "A_Const") or not (found := _slots(node)):
                continue
            for one, key in zip(found, known.get(_bare(node), ()), strict=False):
                # Between a parameter and a constant, the constant is what both were.
                if one[0] and one != key:
                    same.setdefault(one[0], key)
                elif key[0] and not one[0]:
                    same.setdefault(key[0], one)


def _keys(select: Node) -> Iterator[Node]:
    """Yield what the columns must agree with: the keys of GROUP BY; without one, columns that ORDER BY repeats."""
    groups = select.nodes("groupClause")
    for node in groups:
        if node.kind == "GroupingSet":
            yield from (below for below in node.walk() if below.kind != "GroupingSet")
        else:
            yield node
    if not groups:
        yield from (value for t in select.nodes("targetList") if (value := t.node("val")) is not None)


def _slots(node: Node) -> tuple[Slot, ...]:
    return tuple(
        (below.number("number"), 0) if below.kind == "ParamRef" else (0, below.number("location") + 1)
        for below in node.walk()
        if below.kind in ("ParamRef", "A_Const")
    )


def _bare(node: Node) -> str:
    """Return a node as text without places, values of constants and numbers of parameters."""
    return json.dumps(_without({node.kind: node.fields}), sort_keys=True)


def _without(value: Json) -> Json:
    if isinstance(value, list):
        return [_without(one) for one in value]
    if isinstance(value, dict):
        return {
            "ParamRef" if name == "A_Const" else name: {}
            if name in ("ParamRef", "A_Const")
            else _without(inner)
            for name, inner in value.items()
            if name not in _PLACES
        }
    return value
