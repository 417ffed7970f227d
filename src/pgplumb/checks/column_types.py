"""Types as rules speak of them: what values are made of beneath domains, arrays and ranges, and how SQL names it.

Built-in types have the same oid on every server (pg_type.dat).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.catalog.derived import settled
from pgplumb.catalog.model import Catalog, Type
from pgplumb.catalog.relation import Column
from pgplumb.sql.quote import quote_identifier, quote_qualified

BOOL, INT8, INT2, INT4, TEXT, OID, JSON = 16, 20, 21, 23, 25, 26, 114
FLOAT4, FLOAT8, MONEY, BPCHAR, VARCHAR = 700, 701, 790, 1042, 1043
DATE, TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ = 1082, 1083, 1114, 1184, 1266
NUMERIC, UUID, TSVECTOR, JSONB = 1700, 2950, 3614, 3802

INTEGERS = frozenset((INT2, INT4, INT8))
STRINGS = frozenset((TEXT, VARCHAR, BPCHAR))

_SUBTYPES = {
    **dict.fromkeys((3904, 4451), INT4),
    **dict.fromkeys((3906, 4532), NUMERIC),
    **dict.fromkeys((3908, 4533), TIMESTAMP),
    **dict.fromkeys((3910, 4534), TIMESTAMPTZ),
    **dict.fromkeys((3912, 4535), DATE),
    **dict.fromkeys((3926, 4536), INT8),
}
"""Built-in ranges and multiranges."""

_SQL_NAMES = {
    "bool": "boolean",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bpchar": "character",
    "varchar": "character varying",
    "varbit": "bit varying",
}
_TIMES = {
    "time": ("time", "without"),
    "timetz": ("time", "with"),
    "timestamp": ("timestamp", "without"),
    "timestamptz": ("timestamp", "with"),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the values of a type are made of in the end."""

    oid: int
    typmod: int
    """The modifier that a domain on the way fixes; -1 where the column's own counts."""
    is_array: bool
    is_domain: bool


class Leaves(dict[int, Leaf]):
    """From a type to its leaf, worked out when first asked for."""

    def __init__(self, types: Mapping[int, Type]) -> None:
        super().__init__()
        self._types = types
        self._made_of: dict[frozenset[int], frozenset[int]] = {}

    def made_of(self, kinds: frozenset[int]) -> frozenset[int]:
        """Return the types whose values are made of one of some kinds: those kinds, their domains, arrays, ranges."""
        found = self._made_of.get(kinds)
        if found is None:
            found = self._made_of[kinds] = frozenset(oid for oid in self._types if self[oid].oid in kinds)
        return found

    def __missing__(self, oid: int) -> Leaf:
        leaf = self[oid] = self._resolve(oid)
        return leaf

    def _resolve(self, oid: int) -> Leaf:
        typmod, is_array, is_domain = -1, False, False
        for _ in range(32):
            found = self._types.get(oid)
            if found is None:
                break
            if found.kind == "d":
                oid, is_domain = found.base, True
                typmod = found.typmod if typmod < 0 else typmod
            elif found.category == "A" and found.element:
                oid, is_array = found.element, True
            elif oid in _SUBTYPES:
                oid = _SUBTYPES[oid]
            else:
                break
        return Leaf(oid, typmod, is_array, is_domain)


@settled("types")
def leaves(catalog: Catalog) -> Leaves:
    """Return the leaves of a catalog's types."""
    return Leaves(catalog.types)


def without_domain(catalog: Catalog, oid: int, typmod: int) -> tuple[int, int]:
    """Return the type and modifier beneath domains."""
    found = catalog.types.get(oid)
    for _ in range(32):
        if found is None or found.kind != "d":
            break
        oid, typmod = found.base, found.typmod if typmod < 0 else typmod
        found = catalog.types.get(oid)
    return oid, typmod


def rejects_null(catalog: Catalog, column: Column) -> bool:
    """Whether a column takes no null: by NOT NULL, or by a domain that is NOT NULL."""
    if column.not_null:
        return True
    found = catalog.types.get(column.type_oid)
    for _ in range(32):
        if found is None or found.kind != "d":
            return False
        if found.not_null:
            return True
        found = catalog.types.get(found.base)
    return False


def type_text(catalog: Catalog, oid: int, typmod: int = -1) -> str:
    """Return a type as format_type() prints it: "bigint", "numeric(12,2)", "public.status[]"."""
    found = catalog.types.get(oid)
    if found is None:
        return f"type {oid}"
    if found.category == "A" and found.element and found.kind == "b":
        return type_text(catalog, found.element, typmod) + "[]"
    if found.schema != "pg_catalog":
        return quote_qualified(found.schema, found.name)
    if found.name in _TIMES:
        word, zone = _TIMES[found.name]
        precision = f"({typmod})" if typmod >= 0 else ""
        return f"{word}{precision} {zone} time zone"
    name = _SQL_NAMES.get(found.name) or quote_identifier(found.name)
    return name + _modifier(oid, typmod)


def _modifier(oid: int, typmod: int) -> str:
    if typmod < 0:
        return ""
    if oid in (VARCHAR, BPCHAR):
        return f"({typmod - 4})"
    if oid == NUMERIC:
        packed = typmod - 4
        scale = ((packed & 0x7FF) ^ 1024) - 1024
        return f"({packed >> 16 & 0xFFFF},{scale})"
    return ""
