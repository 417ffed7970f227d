"""Predicates that say the same in another way, which the planner takes better.

Each rewrite is made twice: in the tree, which is what the argument is about, and in the text, by replacing pieces
of it. It is given only where the text reads as the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pgplumb.rls.cost.existence import existence
from pgplumb.rls.cost.nodes import any_array, changed, first_name, in_select, nodes, place, scalar
from pgplumb.rls.cost.places import BEGINNING, Places, bare, tree_of
from pgplumb.sql.node import Json

ONCE = (
    "(SELECT f()) without FROM gives one row, so its value is that of f(), NULL included; all that it calls is"
    " declared STABLE or IMMUTABLE, so that within one statement it gives the same value for every row"
)
MEMBER = (
    "x IN (SELECT y) and x = ANY (ARRAY(SELECT y)) compare x with the same values by the same operator: both are"
    " true where one is equal, false over an empty set, NULL where none is equal and x or one of them is NULL"
)
EXISTS = (
    "EXISTS (... WHERE y = x AND r) is true for the same rows as x = ANY (ARRAY(SELECT y ... WHERE r)): where one y"
    " of rows with r is equal to x. Where x or a y is NULL the second may be NULL where the first is false, and"
    " under AND and OR alone neither lets a row pass"
)
_WRAPPED = ("FuncCall", "CoalesceExpr", "MinMaxExpr", "A_Expr", "TypeCast", "SQLValueFunction")
_ROW = frozenset(
    ("ColumnRef", "ParamRef", "SubLink", "A_Star", "CollateClause", "GroupingFunc", "SetToDefault")
)
_MORE = frozenset(("over", "agg_order", "agg_filter", "agg_star", "agg_distinct", "agg_within_group"))
_ARRAYS = ("AEXPR_OP_ANY", "AEXPR_OP_ALL")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A predicate in another way."""

    text: str
    arguments: tuple[str, ...]
    """Why it says the same, a sentence for each kind of change."""


def once(text: str) -> Rewritten | None:
    """Return a predicate with all that no row has a part in put into sub-selects, which run once."""
    tree = tree_of(text)
    targets = set(_closed(tree))
    if not targets:
        return None

    def replaced(kind: str, inner: dict[str, Json]) -> Json:
        return scalar({kind: inner}) if (kind, place(inner)) in targets else None

    places = Places(text)
    edits: list[tuple[int, int, str]] = []
    for kind, inner in nodes(tree):
        if (kind, place(inner)) in targets:
            found = places.tokens_of(kind, inner)
            if found is None:
                return None
            first, last = places.tokens[found[0]], places.tokens[found[1]]
            edits += [(first.start, first.start, "( SELECT "), (last.end, last.end, ")")]
    return _checked(places, edits, changed(tree, replaced), (ONCE,))


def as_array(text: str, relation: str) -> Rewritten | None:
    """Return a predicate whose uncorrelated IN, and whose EXISTS with one correlation, compare with an array.

    `relation` is the unqualified name of the policy's table, which its own columns bear inside sub-selects.
    """
    return _members(text, relation, " = ANY (ARRAY", ")", any_array)


def as_in(text: str, relation: str) -> Rewritten | None:
    """Return a predicate with IN in the place of EXISTS: what the planner does by itself, but prices wrongly."""
    return _members(text, relation, " IN ", "", in_select, only_exists=True)


def _members(
    text: str,
    relation: str,
    before: str,
    behind: str,
    made: Callable[[Json, Json], Json],
    *,
    only_exists: bool = False,
) -> Rewritten | None:
    tree, places = tree_of(text), Places(text)
    edits: list[tuple[int, int, str]] = []
    targets: dict[tuple[str, int], Json] = {}
    arguments: dict[str, None] = {}
    plain = set(_alternatives(tree))
    for inner in _sub_selects(tree):
        kind = "SubLink"
        if _correlated(inner, relation) is None:
            continue
        key = (kind, place(inner))
        at = places.at(inner)
        if inner.get("subLinkType") == "ANY_SUBLINK" and not only_exists and at is not None:
            closing = places.pair(at + 1)
            if "operName" in inner or places.word(at) != "in" or closing is None:
                continue
            if _correlated(inner, relation) or _is_row(inner.get("testexpr")):
                continue
            targets[key] = made(inner.get("testexpr"), inner.get("subselect"))
            token, last = places.tokens[at], places.tokens[closing]
            edits += [(token.start, places.tokens[at + 1].start, "= ANY (ARRAY"), (last.end, last.end, ")")]
            arguments[MEMBER] = None
        elif inner.get("subLinkType") == "EXISTS_SUBLINK" and key in plain and at is not None:
            found = existence(places, at, inner, relation)
            if found is None:
                continue
            targets[key] = made(found.outer, found.select)
            edits.append(
                (found.start, found.end, f"{found.outer_text}{before}( {found.select_text}){behind}")
            )
            arguments[EXISTS] = None
    if not targets:
        return None
    expected = changed(tree, lambda kind, inner: targets.get((kind, place(inner))))
    return _checked(places, edits, expected, tuple(arguments))


def _checked(
    places: Places, edits: list[tuple[int, int, str]], expected: Json, arguments: tuple[str, ...]
) -> Rewritten | None:
    """Return the edited text where it reads as what is expected."""
    text = places.source
    for start, end, new in sorted(edits, reverse=True):
        text = f"{text[:start]}{new}{text[end:]}"
    text = text.removeprefix(BEGINNING)
    return Rewritten(text, arguments) if bare(tree_of(text)) == bare(expected) else None


def _closed(value: Json) -> list[tuple[str, int]]:
    """Return the outermost parts that no row has a part in and that call something."""
    if isinstance(value, list):
        return [found for one in value for found in _closed(one)]
    if not isinstance(value, Mapping):
        return []
    found: list[tuple[str, int]] = []
    for name, inner in value.items():
        if not name[:1].isupper() or not isinstance(inner, dict):
            found += _closed(inner)
        elif name == "SubLink":
            found += _closed(inner.get("testexpr")) + _conditions(inner.get("subselect"))
        elif name in _WRAPPED and _is_closed({name: inner}):
            found.append((name, place(inner)))
        elif name == "A_Expr" and inner.get("kind") in _ARRAYS:
            # ANY (SELECT ...) would be a set of rows, not an array: what makes the array stays where it is.
            found += _closed(inner.get("lexpr")) + _below(inner.get("rexpr"))
        elif name not in ("CollateClause", "SelectStmt"):
            found += _closed(inner)
    return found


def _below(value: Json) -> list[tuple[str, int]]:
    if isinstance(value, dict) and len(value) == 1:
        return [found for inner in value.values() if isinstance(inner, dict) for found in _closed(inner)]
    return []


def _conditions(select: Json) -> list[tuple[str, int]]:
    """Return the closed parts of a sub-select's conditions; one without FROM runs once already."""
    inner = select.get("SelectStmt") if isinstance(select, dict) else None
    if not isinstance(inner, dict) or not inner.get("fromClause") or inner.get("op") != "SETOP_NONE":
        return []
    joins = [i.get("quals") for kind, i in nodes(inner.get("fromClause")) if kind == "JoinExpr"]
    return _closed(inner.get("whereClause")) + [found for join in joins for found in _closed(join)]


def _is_closed(value: Json) -> bool:
    kinds = list(nodes(value))
    if any(kind in _ROW or inner.keys() & _MORE for kind, inner in kinds):
        return False
    return any(kind in ("FuncCall", "SQLValueFunction") for kind, _ in kinds)


def _alternatives(value: Json) -> list[tuple[str, int]]:
    """Return the nodes above which there is nothing but AND and OR."""
    if not isinstance(value, dict) or len(value) != 1:
        return []
    kind, inner = next(iter(value.items()))
    if not isinstance(inner, dict):
        return []
    arguments = inner.get("args")
    if kind == "BoolExpr" and inner.get("boolop") in ("AND_EXPR", "OR_EXPR") and isinstance(arguments, list):
        return [found for one in arguments for found in _alternatives(one)]
    return [(kind, place(inner))]


def _correlated(inner: dict[str, Json], relation: str) -> bool | None:
    """Whether a sub-select names the policy's table; None where it is not told by the names."""
    select = inner.get("subselect")
    own = {
        name
        for kind, found in nodes(select)
        for name in ((found.get("relname"),) if kind == "RangeVar" and "alias" not in found else ())
    }
    if relation in own or any(_alias(found) == relation for _, found in nodes(select)):
        return None
    refs = [found.get("fields") for kind, found in nodes(select) if kind == "ColumnRef"]
    if any(not isinstance(fields, list) or len(fields) != 2 for fields in refs):
        return None
    return any(first_name(fields) == relation for fields in refs)


def _is_row(value: Json) -> bool:
    return isinstance(value, dict) and "RowExpr" in value


def _sub_selects(value: Json) -> list[dict[str, Json]]:
    """Return the sub-selects that are in no other."""
    if isinstance(value, list):
        return [found for one in value for found in _sub_selects(one)]
    if not isinstance(value, dict):
        return []
    inner = value.get("SubLink")
    if isinstance(inner, dict):
        return [inner]
    return [found for one in value.values() for found in _sub_selects(one)]


def _alias(inner: dict[str, Json]) -> str:
    alias = inner.get("alias")
    name = alias.get("aliasname") if isinstance(alias, dict) else None
    return name if isinstance(name, str) else ""
