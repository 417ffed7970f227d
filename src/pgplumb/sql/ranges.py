"""The relations that a statement names: the RangeVar nodes of its tree."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.sql.node import Json, Node


def range_name(node: Node) -> tuple[str, ...]:
    """Return the name in a RangeVar: schema where it is given, and name."""
    schema, name = node.text("schemaname"), node.text("relname")
    return (schema, name) if schema else (name,)


def ranges_in(node: Node) -> Iterator[Node]:
    """Yield every relation that is named below a node; names of WITH queries are left out."""
    waiting: list[Json] = [node.fields]
    ranges: list[Node] = []
    local: set[str] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            if "relname" in value and "relpersistence" in value:
                ranges.append(Node("RangeVar", value))
            elif isinstance(name := value.get("ctename"), str):
                local.add(name)
            waiting.extend(value.values())
    return (r for r in ranges if r.text("schemaname") or r.text("relname") not in local)
