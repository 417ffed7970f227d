"""Names of types as people write them and SQL takes them: what format_type() says, in the shorter spelling.

Formatted here and not on the server: asking per column costs as much as reading the columns once more.
"""

from __future__ import annotations

from collections.abc import Mapping

from pgplumb.catalog.model import Type
from pgplumb.foundation.names import dotted

_SPELLED = {
    "bool": "boolean",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bpchar": "char",
    "char": '"char"',
}
"""Built-in types whose catalog name is not the usual one."""

_INTERVAL_FIELDS = ((2, "YEAR"), (1, "MONTH"), (3, "DAY"), (10, "HOUR"), (11, "MINUTE"), (12, "SECOND"))
"""Bits of an interval's range, in order of size (utils/datetime.h)."""


def type_name(types: Mapping[int, Type], oid: int, typmod: int = -1) -> str:
    """Return a type with its modifier: `numeric(12,2)`, `varchar(20)[]`, `public.order_status`.

    Types outside pg_catalog are qualified. A type that was not read shows as its oid.
    """
    found = types.get(oid)
    if found is None:
        return f"type {oid}"
    if found.category == "A" and found.element and found.name.startswith("_"):
        return type_name(types, found.element, typmod) + "[]"
    if found.schema != "pg_catalog":
        return dotted(found.schema, found.name) + (f"({typmod})" if typmod >= 0 else "")
    if found.name == "bpchar" and typmod < 0:
        return "bpchar"
    return (_SPELLED.get(found.name) or dotted(found.name)) + _modifier(found.name, typmod)


def _modifier(name: str, typmod: int) -> str:
    if typmod < 0:
        return ""
    if name in ("varchar", "bpchar"):
        return f"({typmod - 4})"
    if name == "numeric":
        precision, scale = (typmod - 4) >> 16 & 0xFFFF, ((typmod - 4 & 0x7FF) ^ 1024) - 1024
        return f"({precision},{scale})"
    if name == "interval":
        return _interval(typmod)
    return f"({typmod})"


def _interval(typmod: int) -> str:
    precision, bits = typmod & 0xFFFF, typmod >> 16 & 0x7FFF
    named = [word for bit, word in _INTERVAL_FIELDS if bits & 1 << bit] if bits != 0x7FFF else []
    words = f" {named[0]}" if len(named) == 1 else f" {named[0]} TO {named[-1]}" if named else ""
    return words if precision == 0xFFFF else f"{words}({precision})"
