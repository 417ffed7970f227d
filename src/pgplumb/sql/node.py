"""The parse tree as the parser gives it, with typed access: one node, its kind and its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | Mapping[str, Json] | None"


class Node:
    """One node of a tree. A field that PostgreSQL leaves at zero, false or empty is missing in it.

    Field names are those of `parsenodes.h` and `primnodes.h`; `kind` is the struct's name, or empty where the
    field's own type says it ("relation" is always a RangeVar).
    """

    __slots__ = ("fields", "kind")

    def __init__(self, kind: str, fields: Mapping[str, Json]) -> None:
        self.kind = kind
        self.fields = fields

    @classmethod
    def of(cls, value: Json) -> Node | None:
        """Return a JSON value as a node, or None where it is none."""
        if not isinstance(value, Mapping):
            return None
        if len(value) == 1:
            name, inner = next(iter(value.items()))
            if name[:1].isupper() and isinstance(inner, Mapping):
                return cls(name, inner)
        return cls("", value)

    def __repr__(self) -> str:
        return f"Node({self.kind!r}, {dict(self.fields)!r})"

    def text(self, name: str) -> str:
        """Return a string field, an enum's name included; empty where there is none."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a number; 0 where there is none."""
        value = self.fields.get(name)
        return value if isinstance(value, int) else 0

    def flag(self, name: str) -> bool:
        """Return a truth value; false where there is none."""
        return self.fields.get(name) is True

    def node(self, name: str) -> Node | None:
        """Return a field that is a node."""
        return Node.of(self.fields.get(name))

    def nodes(self, name: str) -> tuple[Node, ...]:
        """Return a field that is a list of nodes; empty where there is none."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            return ()
        return tuple(node for item in value if (node := Node.of(item)) is not None)

    def words(self, name: str) -> tuple[str, ...]:
        """Return a field that is a list of names: ("public", "orders")."""
        return tuple(node.text("sval") for node in self.nodes(name) if node.kind == "String")

    def name(self, name: str) -> tuple[str, ...]:
        """Return a field that is one name, qualified or not: a String, a List or a TypeName."""
        node = self.node(name)
        if node is None:
            return self.words(name)
        return node.words("items") or node.words("names") or tuple(w for w in (node.text("sval"),) if w)

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node below it that has a kind, in the order of the text."""
        waiting: list[Json] = [{self.kind: self.fields} if self.kind else self.fields]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(reversed(value))
            elif isinstance(value, Mapping):
                for name, inner in value.items():
                    if name[:1].isupper() and isinstance(inner, Mapping):
                        yield Node(name, inner)
                waiting.extend(reversed(list(value.values())))
