"""Policies, defaults and predicates as trees: `pg_get_expr` text read by the parser, and constants folded.

Nothing here guesses. What has another shape than the ones named is not decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from pgplumb.catalog.unread import Text, Unread
from pgplumb.sql.node import Json, Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse

Constant = bool | int | float | str | None


class Undecided(Enum):
    """What stands for a value that depends on more than constants."""

    UNDECIDED = "undecided"


UNDECIDED = Undecided.UNDECIDED

_TRUE_WORDS = frozenset(("t", "true", "y", "yes", "on", "1"))
_FALSE_WORDS = frozenset(("f", "false", "n", "no", "off", "0"))


def read_expression(text: Text | None) -> Node | Unread | None:
    """Return an expression's tree; None for no expression, `Unread` where it cannot be had."""
    if text is None or isinstance(text, Unread):
        return text
    return _read(text)


@lru_cache(maxsize=16384)
def _read(text: str) -> Node | Unread:
    try:
        statement = parse(f"SELECT ({text})")[0].node("stmt")
    except (ParserMissing, TooDeep) as problem:
        return Unread(str(problem))
    except SyntaxProblem as problem:
        return Unread(f"an expression could not be read: {problem}")
    targets = statement.nodes("targetList") if statement else ()
    value = targets[0].node("val") if targets else None
    return value if value is not None else Unread("an expression could not be read")


def operator(node: Node) -> str:
    """Return the operator of an A_Expr or SubLink: "=", "->>"; a SubLink without one compares with =."""
    words = node.words("name") or node.words("operName")
    return words[-1] if words else "="


def function_name(node: Node) -> str:
    """Return a FuncCall's name as it is written, lower case: "auth.uid", "current_setting"."""
    words = node.words("funcname")
    return ".".join(words[1:] if words[:1] == ("pg_catalog",) else words)


def type_name(node: Node) -> str:
    """Return the type that a TypeCast casts to, without pg_catalog: "uuid", "int4"."""
    inner = node.node("typeName")
    words = inner.words("names") if inner else ()
    return words[-1] if words else ""


def column_path(node: Node) -> tuple[str, ...]:
    """Return a ColumnRef's parts: ("tenant_id",) or ("docs", "tenant_id"); empty for anything else."""
    return node.words("fields") if node.kind == "ColumnRef" else ()


def arms(node: Node, of: str) -> Iterator[Node]:
    """Yield what AND_EXPR or OR_EXPR joins, nested ones flattened; another expression is its own arm."""
    if node.kind == "BoolExpr" and node.text("boolop") == of:
        for argument in node.nodes("args"):
            yield from arms(argument, of)
    else:
        yield node


def sides(node: Node) -> tuple[Node, Node] | None:
    """Return both sides of an A_Expr; None where one is missing or is a list."""
    left, right = node.node("lexpr"), node.node("rexpr")
    return (left, right) if left is not None and right is not None else None


def same(one: Node, other: Node) -> bool:
    """Whether two trees are equal but for where they stand in the text."""
    return one.kind == other.kind and _bare(one.fields) == _bare(other.fields)


def _bare(value: Json) -> Json:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, str | int | float | bool | None):
        return {name: _bare(inner) for name, inner in value.items() if name != "location"}
    return value


def fold(node: Node) -> Constant | Undecided:
    """Return what an expression always is; `UNDECIDED` where it is no constant. None is SQL's NULL."""
    match node.kind:
        case "A_Const":
            return _constant(node)
        case "TypeCast":
            return _cast(node)
        case "BoolExpr":
            return _logic(node)
        case "NullTest":
            inner = node.node("arg")
            value = fold(inner) if inner else UNDECIDED
            if value is UNDECIDED:
                return UNDECIDED
            return (value is None) == (node.text("nulltesttype") == "IS_NULL")
        case "BooleanTest":
            return _boolean_test(node)
        case "A_Expr":
            return _comparison(node)
        case "CoalesceExpr":
            for argument in node.nodes("args"):
                value = fold(argument)
                if value is not None:
                    return value
            return None
        case _:
            return UNDECIDED


def _constant(node: Node) -> Constant | Undecided:
    if node.flag("isnull"):
        return None
    for name in ("boolval", "ival", "sval", "fval"):
        inner = node.node(name)
        if inner is not None:
            if name == "boolval":
                return inner.flag("boolval")
            if name == "ival":
                return inner.number("ival")
            return inner.text("sval") if name == "sval" else float(inner.text("fval") or "nan")
    return UNDECIDED


def _cast(node: Node) -> Constant | Undecided:
    inner = node.node("arg")
    value = fold(inner) if inner else UNDECIDED
    kind = type_name(node)
    if isinstance(value, str) and kind in ("bool", "boolean"):
        word = value.strip().lower()
        return True if word in _TRUE_WORDS else False if word in _FALSE_WORDS else UNDECIDED
    if isinstance(value, str) and kind in ("int2", "int4", "int8", "integer", "bigint", "smallint"):
        return int(value) if value.strip().lstrip("-").isdigit() else UNDECIDED
    return value


def _logic(node: Node) -> Constant | Undecided:
    operands = node.nodes("args")
    values = [fold(argument) for argument in operands]
    if node.text("boolop") == "NOT_EXPR":
        value = values[0] if values else UNDECIDED
        return not value if isinstance(value, bool) else value if value is None else UNDECIDED
    decisive = node.text("boolop") == "OR_EXPR"
    if decisive in [v for v in values if isinstance(v, bool)]:
        return decisive
    if UNDECIDED in values:
        return True if decisive and _complements(operands) else UNDECIDED
    return None if None in values else not decisive


def _complements(operands: tuple[Node, ...]) -> bool:
    """Whether `x IS NULL` and `x IS NOT NULL` are both among the arms of an OR."""
    tests = [(n.text("nulltesttype"), inner) for n in operands if (inner := _null_tested(n)) is not None]
    return any(
        kind == "IS_NULL" and other == "IS_NOT_NULL" and same(one, two)
        for kind, one in tests
        for other, two in tests
    )


def _null_tested(node: Node) -> Node | None:
    return node.node("arg") if node.kind == "NullTest" else None


def _boolean_test(node: Node) -> Constant | Undecided:
    inner = node.node("arg")
    value = fold(inner) if inner else UNDECIDED
    if not isinstance(value, bool | None):
        return UNDECIDED
    wanted = {"TRUE": True, "FALSE": False, "UNKNOWN": None}
    test = node.text("booltesttype").removeprefix("IS_")
    negated = test.startswith("NOT_")
    return (value is wanted[test.removeprefix("NOT_")]) != negated


def _comparison(node: Node) -> Constant | Undecided:
    both = sides(node)
    if both is None or node.text("kind") != "AEXPR_OP":
        return UNDECIDED
    left, right = fold(both[0]), fold(both[1])
    if isinstance(left, Undecided) or isinstance(right, Undecided):
        return UNDECIDED
    symbol = operator(node)
    if symbol not in ("=", "<>", "<", ">", "<=", ">="):
        return UNDECIDED
    if left is None or right is None:
        return None
    if isinstance(left, str) or isinstance(right, str):
        # Collations order texts in their own ways: only equality is certain.
        if type(left) is not type(right) or symbol not in ("=", "<>"):
            return UNDECIDED
        return (left == right) == (symbol == "=")
    order = (left > right) - (left < right)
    return order in {"=": (0,), "<>": (-1, 1), "<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}[symbol]
