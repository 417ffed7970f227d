"""Trees of expressions as JSON: their nodes, and copies with some of them replaced."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from pgplumb.rls.cost.places import tree_of
from pgplumb.sql.node import Json

Replace = Callable[[str, dict[str, Json]], Json]
"""Gives what takes the place of a node; None where it stays."""


def nodes(value: Json) -> list[tuple[str, dict[str, Json]]]:
    """Return every node with its kind, in the order of the text."""
    if isinstance(value, list):
        return [found for one in value for found in nodes(one)]
    if not isinstance(value, dict):
        return []
    found: list[tuple[str, dict[str, Json]]] = []
    for name, inner in value.items():
        if name[:1].isupper() and isinstance(inner, dict):
            found.append((name, inner))
        found += nodes(inner)
    return found


def place(inner: dict[str, Json]) -> int:
    """Return where a node says that it is, in bytes."""
    place = inner.get("location", 0)
    return place if isinstance(place, int) else 0


def first_name(fields: Json) -> str:
    """Return the first part of a column's name."""
    first = fields[0] if isinstance(fields, list) else None
    text = first.get("String") if isinstance(first, dict) else None
    name = text.get("sval") if isinstance(text, dict) else None
    return name if isinstance(name, str) else ""


def changed(value: Json, replace: Replace) -> Json:
    """Return a tree with some nodes replaced; what takes a node's place is not looked at again."""
    if isinstance(value, list):
        return [changed(one, replace) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        kind, inner = next(iter(value.items()))
        if kind[:1].isupper() and isinstance(inner, dict):
            new = replace(kind, inner)
            if new is not None:
                return new
    return {name: changed(inner, replace) for name, inner in value.items()}


@cache
def _template(text: str) -> Json:
    return tree_of(text)


def _filled(template: Json, **values: Json) -> Json:
    """Return a template with its columns replaced by name, and its sub-select where `select` is given."""

    def replaced(kind: str, inner: dict[str, Json]) -> Json:
        if kind == "ColumnRef":
            return values.get(first_name(inner.get("fields")))
        return values.get("select") if kind == "SelectStmt" else None

    return changed(template, replaced)


def scalar(value: Json) -> Json:
    """Return a value as a sub-select without FROM."""
    return _filled(_template("(SELECT x)"), x=value)


def any_array(tested: Json, select: Json) -> Json:
    """Return whether a value equals one of the array of what a sub-select gives."""
    return _filled(_template("x = ANY (ARRAY(SELECT 1))"), x=tested, select=select)


def in_select(tested: Json, select: Json) -> Json:
    """Return whether a value is among what a sub-select gives."""
    return _filled(_template("x IN (SELECT 1)"), x=tested, select=select)
