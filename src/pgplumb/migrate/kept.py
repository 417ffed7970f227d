"""Which changes of a column's type keep every value, so that the way back finds it again."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_TYPE = re.compile(r"(?P<name>[^(]+?)(?:\((?P<mods>[\d, -]+)\))?(?P<rest> with(?:out)? time zone)?\Z")
_INTEGERS = {"smallint": 5, "integer": 10, "bigint": 19}
"""Whole-number types with the digits that hold any of their values."""
_EXACT_IN_DOUBLE = ("smallint", "integer", "real")
_TEXTS = ("text", "character varying", "citext")
_WIDENED = {
    ("date", "timestamp without time zone"),
    ("date", "timestamp with time zone"),
    ("cidr", "inet"),
    ("boolean", "smallint"),
    ("boolean", "integer"),
    ("jsonb", "json"),
    ("oid", "bigint"),
    ("macaddr", "macaddr8"),
    ("bit", "bit varying"),
}


def keeps(before: str, after: str, enums: Collection[str] = ()) -> bool:
    """Return whether every value of one type is a value of the other, told apart from all others.

    Types as format_type writes them. A cast that refuses what does not fit keeps what is there: text to an enum.
    """
    if before == after:
        return True
    if before.endswith("[]") and after.endswith("[]"):
        return keeps(before[:-2], after[:-2], enums)
    old, old_mods = _split(before)
    new, new_mods = _split(after)
    if old == new:
        return _wider(old, old_mods, new_mods)
    if new in _TEXTS and not new_mods:
        return True
    if old in _INTEGERS:
        return _holds_integer(old, new, new_mods)
    if old in (*_TEXTS, "character") and new in _TEXTS:
        return bool(old_mods) and old_mods[0] <= new_mods[0]
    if new in enums:
        return old in _TEXTS or old in enums
    if new == "double precision":
        return old in _EXACT_IN_DOUBLE
    return (old, new) in _WIDENED and not (new_mods and not old_mods)


def _split(type_name: str) -> tuple[str, tuple[int, ...]]:
    found = _TYPE.match(type_name)
    if found is None:
        return type_name, ()
    mods = tuple(int(mod) for mod in found["mods"].split(",")) if found["mods"] else ()
    return found["name"].strip() + (found["rest"] or ""), mods


def _wider(name: str, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Whether a modifier of the same type takes all that the other took."""
    if not new:
        return name != "character"
    if not old:
        return False
    if name == "numeric":
        (old_digits, old_scale), (new_digits, new_scale) = (*old, 0)[:2], (*new, 0)[:2]
        return new_scale >= old_scale and new_digits - new_scale >= old_digits - old_scale
    if name == "bit":
        return old == new
    return old[0] <= new[0]


def _holds_integer(old: str, new: str, mods: tuple[int, ...]) -> bool:
    if new in _INTEGERS:
        return _INTEGERS[old] <= _INTEGERS[new]
    if new == "numeric":
        return not mods or mods[0] - (*mods, 0)[1] >= _INTEGERS[old]
    return new == "double precision" and old != "bigint"


_FORMATTED = {
    "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
    "bool": "boolean", "varchar": "character varying", "bpchar": "character", "varbit": "bit varying",
    "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
    "timetz": "time with time zone", "time": "time without time zone",
}  # fmt: skip


def formatted(name: str, modifiers: Sequence[int] = (), *, array: bool = False) -> str:
    """Return a type as format_type writes it, out of its typname and modifiers."""
    first, space, rest = _FORMATTED.get(name, name).partition(" with")
    own = f"({','.join(map(str, modifiers))})" if modifiers else ""
    return f"{first}{own}{space}{rest}{'[]' if array else ''}"
