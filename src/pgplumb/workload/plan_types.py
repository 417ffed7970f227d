"""Finds types for parameters that lost theirs with their constants, by asking the server.

`sum(CASE WHEN a THEN 1 END)` becomes `sum(CASE WHEN a THEN $1 END)`: a sum of text, which there is not. Where the
server points at an expression that it cannot type, the parameters that decide its type are cast to one type after
the other, until the server gets further in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from pgplumb.server.errors import QueryError
from pgplumb.sql.lexer import tokens
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

UNREADABLE = frozenset(
    (
        *("42601", "42P18", "42725", "42883", "42804", "42846", "22007"),
        *("42803", "42P10", "42P08", "42809", "42P22"),
    )
)
"""What a text raises that lost a type with its constants: syntax, indeterminate, ambiguous, undefined, mismatch; and
expressions that are no longer the same in GROUP BY or ORDER BY as in the list of columns."""

_TYPES = (
    *("integer", "numeric", "interval", "text", "timestamptz", "date", "uuid", "double precision"),
    *("boolean", "jsonb", "timestamp", "text[]", "integer[]"),
)
"""What is tried, the likeliest first."""
_MOST_TRIES = 150
"""Each is one short round trip."""
_MOST_STEPS = 12
_NAMED = (
    re.compile(r": (.+?) [-+*/<>=~!@#%^&|`?]+ (.+)\Z"),
    re.compile(r'"[^"]+" is of type (.+?) but expression is of type (.+)\Z'),
    re.compile(r"types (.+?) and (.+?) cannot"),
)
_TYPE = re.compile(r'[\w ."\[\](),]+\Z')

Group = tuple[int, ...]
"""Parameters that have one type together."""
T = TypeVar("T")


def find_types(text: str, ask: Callable[[str], T], error: QueryError) -> tuple[T, str] | None:
    """Return an answer of `ask` and the text that it was asked with; None where no types help.

    `ask` raises QueryError with `position` in the text that it was given. Errors that are not about types are raised.
    """
    try:
        return _Search(text, ask).after(error, {}, 0)
    except (SyntaxProblem, ParserMissing, TooDeep):
        return None


class _Search(Generic[T]):
    """One text, and what was tried on it."""

    def __init__(self, text: str, ask: Callable[[str], T]) -> None:
        self._text = text
        self._ask = ask
        self._tokens = tuple(tokens(text))
        self._tree = parse_statement(text)
        self._left = _MOST_TRIES
        self._seen: set[tuple[str | None, int]] = set()

    def after(self, error: QueryError, types: Mapping[int, str], steps: int) -> tuple[T, str] | None:
        """Go on from an error that came with these types."""
        place = self._place(error, types)
        self._seen.add((error.sqlstate, place))
        if steps > _MOST_STEPS:
            return None
        for group, name in self._moves(error, place):
            if not self._left:
                return None
            if all(types.get(number) == name for number in group):
                continue
            self._left -= 1
            tried = {**types, **dict.fromkeys(group, name)}
            text, _ = self._written(tried)
            try:
                return self._ask(text), text
            except QueryError as found:
                if found.sqlstate not in UNREADABLE and found.sqlstate != "42704":
                    raise
                if (
                    found.sqlstate != "42704"
                    and (found.sqlstate, self._place(found, tried)) not in self._seen
                    and (answer := self.after(found, tried, steps + 1)) is not None
                ):
                    return answer
        return None

    def _written(self, types: Mapping[int, str]) -> tuple[str, list[int]]:
        """Return the text with its casts, and where each of its tokens begins in it."""
        parts, starts, length = [], [], 0
        for token in self._tokens:
            number = int(token.text[1:]) if token.kind == "parameter" else 0
            part = f"({token.text})::{types[number]}" if number in types else token.text
            starts.append(length)
            parts.append(part)
            length += len(part)
        return "".join(parts), starts

    def _place(self, error: QueryError, types: Mapping[int, str]) -> int:
        """Return where in the bare text an error is; below 0 where it names a parameter instead."""
        if error.position is None:
            match = re.search(r"\$(\d+)", error.why)
            return -int(match[1]) if match else len(self._text)
        _, starts = self._written(types)
        found = max((i for i, start in enumerate(starts) if start < error.position), default=0)
        return self._tokens[found].start if self._tokens else 0

    def _moves(self, error: QueryError, place: int) -> Iterator[tuple[Group, str]]:
        """Yield what may be tried on an error, the likeliest first."""
        if place < 0:
            yield from (((-place,), name) for name in ("text", *_TYPES))
            return
        byte = len(self._text[:place].encode())
        nodes = [n for n in self._tree.walk() if n.number("location") == byte and "location" in n.fields]
        types = tuple(dict.fromkeys((*_types_in(error.why), *_TYPES)))
        groups: list[Group] = []
        for node in nodes:
            parts = [carriers(part) for part in _operands(node)]
            groups += [tuple(number for part in parts for number in part), *parts]
        names = {name for node in nodes for below in node.walk() for name in below.words("fields")}
        named = sorted(_columns(self._tree), key=lambda found: found[0] not in names)
        groups += [group for _, group in named]
        for group in dict.fromkeys(g for g in groups if g):
            yield from ((group, name) for name in types)


def _types_in(message: str) -> tuple[str, ...]:
    """Return the types that a message speaks of: "operator does not exist: bigint = text"."""
    for pattern in _NAMED:
        if match := pattern.search(message):
            return tuple(name for name in match.groups() if name != "unknown" and _TYPE.match(name))
    return ()


def _operands(node: Node) -> tuple[Node, ...]:
    """Return the expressions that an operator, function or choice works on."""
    if node.kind == "A_Expr":
        return tuple(side for name in ("lexpr", "rexpr") if (side := node.node(name)) is not None)
    if node.kind == "FuncCall":
        return node.nodes("args")
    return (node,)


def carriers(node: Node) -> Group:
    """Return the parameters that an expression has its type from."""
    if node.kind == "ParamRef":
        return (node.number("number"),)
    below: tuple[Node, ...] = ()
    if node.kind == "CaseExpr":
        results = [when.node("result") for when in node.nodes("args")]
        below = tuple(n for n in (*results, node.node("defresult")) if n is not None)
    elif node.kind in ("A_Expr", "FuncCall"):
        below = _operands(node)
    elif node.kind in ("CoalesceExpr", "MinMaxExpr", "RowExpr"):
        below = node.nodes("args")
    elif node.kind == "A_ArrayExpr":
        below = node.nodes("elements")
    elif node.kind == "List":
        below = node.nodes("items")
    elif node.kind == "ResTarget" and (value := node.node("val")):
        below = (value,)
    elif node.kind == "SubLink" and (query := node.node("subselect")):
        below = query.nodes("targetList")
    return tuple(number for one in below for number in carriers(one))


def _columns(tree: Node) -> Iterator[tuple[str, Group]]:
    """Yield each column of a subquery, WITH query or list of values that has its type from parameters alone."""
    for node in tree.walk():
        if node.kind == "CommonTableExpr":
            yield from _named(node.node("ctequery"), node.words("aliascolnames"))
        elif node.kind == "RangeSubselect":
            alias = node.node("alias")
            yield from _named(node.node("subquery"), alias.words("colnames") if alias else ())
        elif node.kind == "RangeFunction":
            alias = node.node("alias")
            names = (alias.words("colnames") or (alias.text("aliasname"),)) if alias else ()
            groups = [carriers(call) for call in node.walk() if call.kind == "FuncCall"]
            yield from ((names[0] if names else "", group) for group in groups[:1])


def _named(query: Node | None, names: tuple[str, ...]) -> Iterator[tuple[str, Group]]:
    """Yield the columns of a query with their names, its first branch's where it is a union."""
    while query is not None and query.node("larg") is not None:
        query = query.node("larg")
    if query is None:
        return
    rows = query.nodes("valuesLists")
    if rows:
        columns = zip(*(row.nodes("items") for row in rows), strict=False)
        groups = [tuple(number for cell in column for number in carriers(cell)) for column in columns]
        own: list[str] = [f"column{i}" for i in range(1, len(groups) + 1)]
    else:
        targets = query.nodes("targetList")
        groups = [carriers(target) for target in targets]
        own = [target.text("name") for target in targets]
    for index, group in enumerate(groups):
        yield (names[index] if index < len(names) else own[index]), group
