"""Writes the expressions that an index may be made of as SQL, from the parser's tree; everything else is refused.

Columns, constants, calls of functions, operators, casts and coalesce() of one table's columns. A parameter or a
second table ends it: such an expression has no index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified

Resolve = Callable[[Node], "tuple[object, str] | None"]
"""Gives a ColumnRef's table (any object that tells tables apart) and the column's name."""


@dataclass(frozen=True, slots=True)
class Written:
    """An expression over one table's columns."""

    owner: object
    sql: str
    columns: tuple[str, ...]
    """The columns that it reads, by name, sorted."""
    is_column: bool
    """A bare column; `sql` is then its raw name."""


def write(node: Node, resolve: Resolve) -> Written | None:
    """Return a node as SQL, or None where no index can hold it: it must read exactly one table's columns."""
    if node.kind == "ColumnRef":
        found = resolve(node)
        return Written(found[0], found[1], (found[1],), True) if found else None
    owners: list[tuple[object, str]] = []
    text = _write(node, resolve, owners)
    if text is None or not owners or any(owner is not owners[0][0] for owner, _ in owners):
        return None
    return Written(owners[0][0], text, tuple(sorted({name for _, name in owners})), False)


def constant(node: Node | None) -> str | None:
    """Return a constant as SQL (casts of one included), or None."""
    return _write(node, lambda _: None, []) if node is not None and _is_constant(node) else None


def _is_constant(node: Node) -> bool:
    inner = node.node("arg") if node.kind == "TypeCast" else node
    return inner is not None and inner.kind == "A_Const"


def _write(node: Node | None, resolve: Resolve, owners: list[tuple[object, str]]) -> str | None:
    if node is None:
        return None
    if node.kind == "ColumnRef":
        found = resolve(node)
        if found is None:
            return None
        owners.append(found)
        return quote_identifier(found[1])
    if node.kind == "A_Const":
        return _constant(node)
    if node.kind == "TypeCast":
        return _cast(node, resolve, owners)
    if node.kind == "A_Expr":
        return _operation(node, resolve, owners)
    if node.kind == "FuncCall":
        return _call(node, resolve, owners)
    if node.kind == "CoalesceExpr":
        arguments = _all(node.nodes("args"), resolve, owners)
        return None if arguments is None else f"COALESCE({', '.join(arguments)})"
    return None


def _all(nodes: tuple[Node, ...], resolve: Resolve, owners: list[tuple[object, str]]) -> list[str] | None:
    written = [_write(node, resolve, owners) for node in nodes]
    return None if any(text is None for text in written) else [text for text in written if text is not None]


def _constant(node: Node) -> str | None:
    if node.flag("isnull"):
        return "NULL"
    for field, name in (("sval", "sval"), ("ival", "ival"), ("fval", "fval"), ("boolval", "boolval")):
        value = node.node(field)
        if value is None:
            continue
        if field == "sval":
            return quote_literal(value.text(name))
        if field == "boolval":
            return "true" if value.flag(name) else "false"
        return str(value.number(name)) if field == "ival" else value.text(name)
    return None


def _cast(node: Node, resolve: Resolve, owners: list[tuple[object, str]]) -> str | None:
    kind = node.node("typeName")
    inner = _write(node.node("arg"), resolve, owners)
    if kind is None or inner is None or kind.nodes("typmods") or kind.nodes("arrayBounds"):
        return None
    names = kind.words("names")
    if names[:1] == ("pg_catalog",):
        names = names[1:]
    return f"({inner})::{quote_qualified(*names)}" if names else None


def _operation(node: Node, resolve: Resolve, owners: list[tuple[object, str]]) -> str | None:
    operator = node.words("name")
    if node.text("kind") != "AEXPR_OP" or len(operator) != 1:
        return None
    right = _write(node.node("rexpr"), resolve, owners)
    left_node = node.node("lexpr")
    if left_node is None:
        return None if right is None else f"({operator[0]} {right})"
    left = _write(left_node, resolve, owners)
    return None if left is None or right is None else f"({left} {operator[0]} {right})"


def _call(node: Node, resolve: Resolve, owners: list[tuple[object, str]]) -> str | None:
    if any(node.fields.get(name) for name in ("agg_order", "agg_filter", "agg_star", "agg_distinct", "over")):
        return None
    arguments = _all(node.nodes("args"), resolve, owners)
    names = node.words("funcname")
    if arguments is None or not arguments or not names:
        return None
    return f"{quote_qualified(*names)}({', '.join(arguments)})"
