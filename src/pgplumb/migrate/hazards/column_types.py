"""Which changes of a column's type leave the table's file as it is, as measured on PostgreSQL 15 and 18."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pgplumb.catalog.model import Type
from pgplumb.sql.node import Node

Verdict = Literal["same", "rewrite", "utc", "unknown"]
"""No new file; a new file; a new file unless the session's TimeZone is UTC; not known."""

ALIASES = {
    "serial": "int4", "bigserial": "int8", "smallserial": "int2", "serial4": "int4", "serial8": "int8",
    "serial2": "int2", "integer": "int4", "bigint": "int8", "smallint": "int2", "boolean": "bool",
    "real": "float4", "decimal": "numeric",
}  # fmt: skip
SERIALS = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_BINARY = frozenset(
    {("varchar", "text"), ("text", "varchar"), ("text", "citext"), ("citext", "text"), ("varchar", "citext"),
     ("citext", "varchar"), ("cidr", "inet"), ("oid", "int4"), ("int4", "oid"), ("xml", "text"), ("xml", "varchar")}
)  # fmt: skip
_WIDENING = frozenset({"varchar", "varbit", "timestamp", "timestamptz", "time", "timetz", "interval"})
_BUILT_IN = frozenset(
    {"int2", "int4", "int8", "float4", "float8", "numeric", "money", "text", "varchar", "bpchar", "bytea", "bool",
     "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "json", "jsonb", "xml", "inet",
     "cidr", "macaddr", "macaddr8", "bit", "varbit", "oid", "point", "box", "line", "lseg", "path", "polygon",
     "circle", "tsvector", "tsquery", "citext", "hstore", "name", "char", "int4range", "int8range", "numrange",
     "tsrange", "tstzrange", "daterange"}
)  # fmt: skip

_WHOLE = ("int2", "int4", "int8")
_LOSSY = frozenset(
    {(old, new) for old in ("numeric", "float4", "float8") for new in _WHOLE}
    | {("numeric", "float4"), ("numeric", "float8"), ("float8", "float4")}
    | {("timestamp", "date"), ("timestamptz", "date"), ("timestamp", "time"), ("timestamptz", "time")}
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A type with its modifiers, as far as the decision needs them."""

    name: str
    """typname; "?" where it is none of the server's own."""
    modifiers: tuple[int, ...] = ()
    array: bool = False


def written(type_name: Node) -> Shape:
    """Return the type that a TypeName node spells."""
    names = type_name.words("names")
    name = ALIASES.get(names[-1], names[-1]) if names else "?"
    modifiers = tuple(
        constant.number("ival")
        for node in type_name.nodes("typmods")
        if (constant := node.node("ival")) is not None and node.kind == "A_Const"
    )
    if name == "interval" and len(modifiers) == 2:
        modifiers = modifiers[1:]
    elif name == "interval":
        modifiers = ()
    if name == "bpchar" and not modifiers:
        modifiers = (1,)
    return Shape(name, modifiers, bool(type_name.nodes("arrayBounds")))


def stored(kind: Type, typmod: int) -> Shape:
    """Return the type of a column as the catalog has it."""
    name = kind.name
    if name.startswith("_"):
        return Shape(name[1:], (), True)
    if typmod < 0:
        return Shape(name)
    if name in ("varchar", "bpchar"):
        return Shape(name, (typmod - 4,))
    if name == "numeric":
        return Shape(name, ((typmod - 4) >> 16 & 0xFFFF, (typmod - 4) & 0x7FF))
    if name == "interval":
        precision = typmod & 0xFFFF
        return Shape(name, () if precision == 0xFFFF else (precision,))
    return Shape(name, (typmod,))


def verdict(old: Shape, new: Shape) -> Verdict:
    """Return what changing a column from one type to another does to the table's file."""
    if old == new:
        return "same"
    if "?" in (old.name, new.name) or old.array != new.array:
        return "unknown" if "?" in (old.name, new.name) else "rewrite"
    if old.array:
        return "same" if (old.name, new.name) in _BINARY and not new.modifiers else "unknown"
    if {old.name, new.name} == {"timestamp", "timestamptz"}:
        return "utc" if _holds(old, new) else "rewrite"
    if old.name == new.name:
        return "same" if _holds(old, new) else "rewrite"
    if (old.name, new.name) in _BINARY:
        if not new.modifiers:
            return "same"
        return "same" if old.name == "varchar" and _holds(old, new) else "rewrite"
    return "rewrite" if {old.name, new.name} <= _BUILT_IN else "unknown"


def _holds(old: Shape, new: Shape) -> bool:
    """Whether the new modifiers admit every value that the old ones did, in the same form."""
    if not new.modifiers:
        return old.name not in ("bpchar", "bit")
    if not old.modifiers:
        # Timestamps without a precision have 6 digits.
        return new.modifiers == (6,) and old.name in _WIDENING - {"varchar", "varbit"}
    if old.name == "numeric":
        old_scale = old.modifiers[1] if len(old.modifiers) > 1 else 0
        new_scale = new.modifiers[1] if len(new.modifiers) > 1 else 0
        return new.modifiers[0] >= old.modifiers[0] and new_scale == old_scale
    return old.name in _WIDENING and new.modifiers[0] >= old.modifiers[0]


def loses_values(old: Shape, new: Shape) -> bool:
    """Whether a change may round or cut values without an error."""
    if {old.name, new.name} <= {"timestamp", "timestamptz", "time", "timetz", "interval"}:
        return bool(new.modifiers) and (old.modifiers or (6,)) > new.modifiers
    if old.name == "numeric" and new.name == "numeric" and new.modifiers:
        return (old.modifiers or (1000, 1000))[-1] > (*new.modifiers, 0)[1]
    return (old.name, new.name) in _LOSSY


def is_built_in(name: str) -> bool:
    """Whether a name is a type of the server (or of its contrib modules) that carries no constraints."""
    return ALIASES.get(name, name) in _BUILT_IN
