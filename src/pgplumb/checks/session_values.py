"""Which parts of a policy's expression come from the session: settings, claims, the current user.

A session value is the same for every row of a statement. Functions without a column among their arguments
count, since PostgreSQL's own policies examples and every platform build on them; what they return is trusted.
"""

from __future__ import annotations

from pgplumb.catalog.derived import settled
from pgplumb.catalog.model import Catalog
from pgplumb.checks.expressions import fold, function_name, operator
from pgplumb.sql.node import Node

_USER_OPS = frozenset(
    ("SVFOP_CURRENT_USER", "SVFOP_SESSION_USER", "SVFOP_USER", "SVFOP_CURRENT_ROLE", "SVFOP_CURRENT_SCHEMA")
)


@settled("functions")
def function_names(catalog: Catalog) -> frozenset[str]:
    """Return the names of functions outside pg_catalog, with and without their schema."""
    named = ((f.schema, f.name) for f in catalog.functions.values() if f.schema != "pg_catalog")
    return frozenset(spelling for schema, name in named for spelling in (name, f"{schema}.{name}"))


def is_source(node: Node, functions: frozenset[str]) -> bool:
    """Whether one node, looked at alone, brings in something of the session."""
    if node.kind == "SQLValueFunction":
        return node.text("op") in _USER_OPS
    if node.kind != "FuncCall":
        return False
    name = function_name(node)
    return name == "current_setting" or name.startswith("auth.") or name in functions


def has_source(node: Node, functions: frozenset[str]) -> bool:
    """Whether an expression brings in something of the session anywhere."""
    return any(is_source(inner, functions) for inner in node.walk())


def has_column(node: Node) -> bool:
    """Whether an expression reads a column of any table anywhere."""
    return any(inner.kind == "ColumnRef" for inner in node.walk())


def reads_tables(node: Node) -> bool:
    """Whether an expression selects from something anywhere."""
    return any(inner.kind == "SelectStmt" and inner.nodes("fromClause") for inner in node.walk())


def is_session_value(node: Node, functions: frozenset[str]) -> bool:
    """Whether an expression is one value of the session for the whole statement, without a table or a column.

    A fall-back (COALESCE, CASE) to anything but NULL or an empty text makes it something else: it would
    give a session without identity the rows of whoever the fall-back names.
    """
    if has_column(node) or reads_tables(node) or not has_source(node, functions):
        return False
    for inner in node.walk():
        if inner.kind in ("CaseExpr", "MinMaxExpr"):
            return False
        if inner.kind == "CoalesceExpr":
            for argument in inner.nodes("args"):
                if not has_source(argument, functions) and fold(argument) not in (None, ""):
                    return False
    return True


def bare_calls(node: Node, functions: frozenset[str]) -> list[Node]:
    """Return the calls that run again for each row: of the session, without a column, in no sub-select."""
    if node.kind == "SubLink":
        tested = node.node("testexpr")
        return bare_calls(tested, functions) if tested else []
    if node.kind == "FuncCall" and is_source(node, functions) and not has_column(node):
        return [node]
    found: list[Node] = []
    for child in children(node):
        found += bare_calls(child, functions)
    return found


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below a node, lists opened."""
    found: list[Node] = []
    for name in node.fields:
        inner = node.node(name)
        if inner is not None:
            found += children(inner) if inner.kind in ("", "List") else (inner,)
        else:
            for item in node.nodes(name):
                found += children(item) if item.kind in ("", "List") else (item,)
    return tuple(found)


def is_equality(node: Node) -> bool:
    """Whether a node is a plain `left = right`."""
    return node.kind == "A_Expr" and node.text("kind") == "AEXPR_OP" and operator(node) == "="
