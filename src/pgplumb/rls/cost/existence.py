"""An EXISTS that asks for one column to equal one of the policy's table, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.rls.cost.places import Places
from pgplumb.sql.node import Json, Node

_FIELDS = frozenset(("targetList", "fromClause", "whereClause", "limitOption", "op"))
_PLAIN = frozenset(
    ("ResTarget", "A_Const", "ColumnRef", "A_Star", "String", "TypeCast", "TypeName", "Integer")
)
"""What a list of columns may hold: an aggregate gives a row where there is none, a set of rows may give none."""


@dataclass(frozen=True, slots=True)
class Existence:
    """`EXISTS (SELECT ... FROM f WHERE y = x AND r)` as the column x and the set `SELECT y FROM f WHERE r`."""

    start: int
    """Of the word EXISTS, in characters."""
    end: int
    """Behind its last parenthesis."""
    outer: Json
    outer_text: str
    select: Json
    select_text: str


def existence(places: Places, at: int, inner: dict[str, Json], relation: str) -> Existence | None:
    """Return an EXISTS taken apart, where it can be told that nothing else in it is of the policy's row.

    `at` is the number of its first token. The names of its own tables were looked at already.
    """
    select = Node("SubLink", inner).node("subselect")
    opening = at + 1
    closing = places.pair(opening)
    if select is None or select.kind != "SelectStmt" or select.fields.keys() - _FIELDS:
        return None
    if closing is None or places.word(at) != "exists" or select.text("op") != "SETOP_NONE":
        return None
    if any(node.kind not in _PLAIN for target in select.nodes("targetList") for node in target.walk()):
        return None
    where, sources = select.fields.get("whereClause"), select.fields.get("fromClause")
    parts = _parts(where)
    found = [(n, pair) for n, part in enumerate(parts) if (pair := _correlation(part, relation)) is not None]
    outer_refs = [n for n in select.walk() if n.kind == "ColumnRef" and n.words("fields")[:1] == (relation,)]
    if len(found) != 1 or len(outer_refs) != 1 or not sources:
        return None
    number, (outer, column) = found[0]
    texts = _texts(places, opening, closing, len(parts))
    if texts is None:
        return None
    from_text, conditions = texts
    rest = [part for n, part in enumerate(parts) if n != number]
    left = [text for n, text in enumerate(conditions) if n != number]
    fields: dict[str, Json] = {**select.fields, "targetList": [{"ResTarget": {"val": column}}]}
    if rest:
        assert isinstance(where, dict)
        fields["whereClause"] = rest[0] if len(rest) == 1 else _conjunction(where, rest)
    else:
        del fields["whereClause"]
    condition = f" WHERE ({' AND '.join(left)})" if left else ""
    return Existence(
        places.tokens[at].start,
        places.tokens[closing].end,
        outer,
        _name(outer),
        {"SelectStmt": fields},
        f"SELECT {_name(column)} {from_text}{condition}",
    )


def _parts(where: Json) -> list[Json]:
    """Return what must hold all together."""
    inner = where.get("BoolExpr") if isinstance(where, dict) else None
    arguments = inner.get("args") if isinstance(inner, dict) and inner.get("boolop") == "AND_EXPR" else None
    return arguments if isinstance(arguments, list) else [where]


def _conjunction(where: dict[str, Json], rest: list[Json]) -> Json:
    inner = where["BoolExpr"]
    assert isinstance(inner, dict)
    return {"BoolExpr": {**inner, "args": rest}}


def _correlation(part: Json, relation: str) -> tuple[Json, Json] | None:
    """Return the policy's column and the other one, where two columns are to be equal."""
    node = Node.of(part)
    if (
        node is None
        or node.kind != "A_Expr"
        or node.text("kind") != "AEXPR_OP"
        or node.words("name") != ("=",)
    ):
        return None
    sides = [node.fields.get("lexpr"), node.fields.get("rexpr")]
    refs = [Node.of(side) for side in sides]
    if any(ref is None or ref.kind != "ColumnRef" or len(ref.words("fields")) != 2 for ref in refs):
        return None
    outer = [ref is not None and ref.words("fields")[0] == relation for ref in refs]
    if sum(outer) != 1:
        return None
    return (sides[0], sides[1]) if outer[0] else (sides[1], sides[0])


def _texts(places: Places, opening: int, closing: int, count: int) -> tuple[str, list[str]] | None:
    """Return the text from FROM on without the condition, and the text of each part of the condition."""
    depth, began, condition = 0, None, None
    for number in range(opening + 1, closing):
        word = places.word(number)
        depth += (word in ("(", "[")) - (word in (")", "]"))
        if depth == 0 and word == "from" and began is None:
            began = number
        elif depth == 0 and word == "where" and condition is None:
            condition = number
    if began is None or condition is None or places.pair(condition + 1) != closing - 1:
        return None
    first, last = condition + 2, closing - 2
    starts, ends, depth = [first], [], 0
    for number in range(first, last + 1):
        word = places.word(number)
        depth += (word in ("(", "[")) - (word in (")", "]"))
        if count > 1 and depth == 0 and word == "and":
            ends.append(number - 1)
            starts.append(number + 1)
    ends.append(last)
    if len(starts) != count:
        return None
    found = [places.text(start, end) for start, end in zip(starts, ends, strict=True)]
    return places.text(began, condition - 1), [f"({text})" if count == 1 else text for text in found]


def _name(column: Json) -> str:
    from pgplumb.sql.quote import quote_qualified

    node = Node.of(column)
    assert node is not None
    return quote_qualified(*node.words("fields"))
