"""Types as far as a proof needs them: which share an equality that is the sameness of their values.

Types outside these families compare by rules of their own (floats, char(n), citext, geometry, rows): an
equality of theirs says nothing about sameness.
"""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.model import Catalog, Type

INTEGERS = ("int2", "int4", "int8")
TEXTS = ("text", "varchar")

_FAMILIES = {
    **dict.fromkeys((*INTEGERS, "numeric"), "number"),
    **dict.fromkeys((*TEXTS, "name"), "text"),
    **{name: name for name in ("uuid", "bool", "date", "timestamp", "timestamptz", "oid")},
}
_SPELLED = {
    "bigint": "int8",
    "integer": "int4",
    "int": "int4",
    "smallint": "int2",
    "boolean": "bool",
    "decimal": "numeric",
}
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, its domains taken off."""

    name: str
    """As in typname; of users' types qualified; `element[]` for arrays; empty where it is not known."""
    family: str = ""
    """Kinds of one family can be compared, and equal means the same value; empty where that does not hold."""
    scalar: bool = True
    """Whether IS NULL asks for the value itself, unlike for a row."""


LOOSE = " with collation"
"""Ends the name of a text type whose collation takes different texts for equal."""
UNKNOWN = Kind("", "", False)
TEXT = Kind("text", "text")
BOOL = Kind("bool", "bool")
INTEGER = Kind("int4", "number")
NUMERIC = Kind("numeric", "number")
NAME = Kind("name", "text")


def named(name: str) -> Kind:
    """Return a built-in type by its typname."""
    return Kind(name, _FAMILIES.get(name, ""))


def of_oid(catalog: Catalog, oid: int) -> Kind:
    """Return a type of the catalog; UNKNOWN for rows and what the catalog lacks."""
    found = catalog.types.get(oid)
    return of_type(catalog, found) if found else UNKNOWN


def of_type(catalog: Catalog, found: Type) -> Kind:
    """Return a type, a domain as what it is over."""
    for _ in range(_DEEPEST):
        if found.kind != "d":
            break
        base = catalog.types.get(found.base)
        if base is None:
            return UNKNOWN
        found = base
    if found.kind in ("c", "p", "d"):
        return UNKNOWN
    own = found.schema == "pg_catalog"
    if found.category == "A" and found.element:
        element = of_oid(catalog, found.element)
        return Kind(f"{element.name}[]") if element.name else Kind(found.name)
    if found.kind == "e":
        return Kind(f"{found.schema}.{found.name}", f"enum {found.schema}.{found.name}")
    return named(found.name) if own else Kind(f"{found.schema}.{found.name}")


def of_cast(catalog: Catalog, oid: int) -> Kind:
    """Return the type that a value is cast to: a domain that may cut it, or compare it otherwise, is one by itself."""
    found = catalog.types.get(oid)
    return _of_cast(catalog, found) if found else UNKNOWN


def _of_cast(catalog: Catalog, found: Type) -> Kind:
    kind, name = of_type(catalog, found), f"{found.schema}.{found.name}"
    here: Type | None = found
    for _ in range(_DEEPEST):
        if here is None or here.kind != "d":
            break
        if here.typmod >= 0:
            return Kind(name)
        here = catalog.types.get(here.base)
    if found.kind == "d" and kind.family == "text" and some_loose(catalog):
        return Kind(name + LOOSE)
    return kind


def some_loose(catalog: Catalog) -> bool:
    """Whether there is a collation that takes different texts for equal."""
    known = _loose.get(id(catalog))
    if known is None or known[0] is not catalog:
        _loose.clear()
        found = any(not collation.deterministic for collation in catalog.collations.values())
        known = _loose[id(catalog)] = (catalog, found)
    return known[1]


def of_names(catalog: Catalog, names: tuple[str, ...], array: bool, resolved: bool) -> Kind | None:
    """Return the type that a cast names, or None where it cannot be said which.

    `resolved` is the text of pg_get_expr, in which a bare name is a built-in type.
    """
    bare = names[1:] if names[0] == "pg_catalog" and len(names) == 2 else names
    if len(bare) == 1:
        name = _SPELLED.get(bare[0], bare[0])
        built_in = any(t.name == name and t.schema == "pg_catalog" for t in _by_name(catalog, name))
        if built_in and (resolved or len(_by_name(catalog, name)) == 1):
            return Kind(f"{name}[]") if array else named(name)
        candidates = [] if resolved else _by_name(catalog, name)
    elif len(bare) == 2:
        candidates = [t for t in _by_name(catalog, bare[1]) if t.schema == bare[0]]
    else:
        return None
    if len(candidates) != 1:
        return None
    kind = _of_cast(catalog, candidates[0])
    return Kind(f"{kind.name}[]") if array else kind


def _by_name(catalog: Catalog, name: str) -> list[Type]:
    index = _indexes.get(id(catalog))
    if index is None or index[0] is not catalog:
        found: dict[str, list[Type]] = {}
        for entry in catalog.types.values():
            found.setdefault(entry.name, []).append(entry)
        _indexes.clear()
        index = _indexes[id(catalog)] = (catalog, found)
    return index[1].get(name, [])


_indexes: dict[int, tuple[Catalog, dict[str, list[Type]]]] = {}
"""The types of the catalog that was asked about last, by name."""
_loose: dict[int, tuple[Catalog, bool]] = {}
"""What was found out of the catalog that was asked about last."""
