"""The parts of a statement that change rows when it runs: itself, its WITH queries, what EXPLAIN ANALYZE runs."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.sql.node import Node

_CHANGES = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})
_RUN = _CHANGES | {"SelectStmt", "CreateTableAsStmt", "CopyStmt"}


def row_changes(node: Node) -> Iterator[Node]:
    """Yield them, the outermost first. What is only defined, prepared or explained changes nothing."""
    if node.kind == "ExplainStmt":
        query = node.node("query")
        if query is not None and _analyses(node):
            yield from row_changes(query)
    elif node.kind in _RUN:
        yield from (part for part in node.walk() if part.kind in _CHANGES)


def _analyses(explain: Node) -> bool:
    """Whether it runs the statement. The last of several settings holds."""
    said = False
    for option in explain.nodes("options"):
        if option.text("defname").lower() == "analyze":
            value = option.node("arg")
            said = value is None or _truth(value)
    return said


def _truth(value: Node) -> bool:
    if value.kind == "String":
        return value.text("sval").lower() not in ("false", "off", "0")
    return bool(value.flag("boolval") or value.number("ival"))
