"""Makes expressions the same again that were the same before their constants became parameters.

`SELECT date_trunc('day', at) ... GROUP BY date_trunc('day', at)` becomes `date_trunc($1, at)` and
`date_trunc($2, at)`, and the server takes them for two.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pgplumb.sql.lexer import tokens
from pgplumb.sql.node import Json, Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

_PLACES = frozenset(("location", "rexpr_list_start", "rexpr_list_end"))


def unify(text: str) -> str:
    """Return the text with the same parameters in what GROUP BY, DISTINCT and ORDER BY share with the columns."""
    try:
        tree = parse_statement(text)
    except (SyntaxProblem, ParserMissing, TooDeep):
        return text
    numbers: dict[int, int] = {}
    for node in tree.walk():
        if node.kind == "SelectStmt":
            _unify(node, numbers)
    if not numbers:
        return text
    return "".join(
        f"${numbers.get(int(t.text[1:]), int(t.text[1:]))}" if t.kind == "parameter" else t.text
        for t in tokens(text)
    )


def _unify(select: Node, numbers: dict[int, int]) -> None:
    """Note which parameters of one SELECT become which."""
    known: dict[str, tuple[int, ...]] = {}
    for item in _keys(select):
        found = _numbers(item)
        if found and item.kind != "ParamRef":
            known.setdefault(_bare(item), found)
    if not known:
        return
    parts = (*select.nodes("targetList"), *select.nodes("sortClause"), *select.nodes("windowClause"))
    having = select.node("havingClause")
    for part in (*select.nodes("groupClause"), *parts, *((having,) if having else ())):
        for node in part.walk():
            if node.kind == "ParamRef" or not (found := _numbers(node)):
                continue
            wanted = known.get(_bare(node))
            if wanted and len(wanted) == len(found):
                pairs = zip(found, wanted, strict=True)
                numbers.update((old, new) for old, new in pairs if old != new and old not in numbers)


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


def _numbers(node: Node) -> tuple[int, ...]:
    return tuple(below.number("number") for below in node.walk() if below.kind == "ParamRef")


def _bare(node: Node) -> str:
    """Return a node as text without places and numbers of parameters."""
    return json.dumps({node.kind: _without(node.fields)}, sort_keys=True)


def _without(value: Json) -> Json:
    if isinstance(value, list):
        return [_without(one) for one in value]
    if isinstance(value, dict):
        return {
            name: {} if name == "ParamRef" else _without(inner)
            for name, inner in value.items()
            if name not in _PLACES
        }
    return value
