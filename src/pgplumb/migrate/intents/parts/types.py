"""Type names as SQL, from catalog records: what format_type() would print."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Function, Type
from pgplumb.catalog.relation import Column
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts.quoting import qualified

_SPELLED = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "bpchar": "character",
    "varbit": "bit varying",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "time": "time",
    "timetz": "timetz",
    "interval": "interval",
    "numeric": "numeric",
    "bit": "bit",
}
"""Built-in types with a spelling of their own in SQL, or that take a modifier."""

_INTERVAL_FIELDS = {
    1 << 2: "YEAR",
    1 << 1: "MONTH",
    1 << 3: "DAY",
    1 << 10: "HOUR",
    1 << 11: "MINUTE",
    1 << 12: "SECOND",
}
"""Bits of an interval's range (datetime.h)."""


def type_text(catalog: Catalog, oid: int, typmod: int = -1) -> str:
    """Return a type as SQL, its modifier included; built-in types without a schema. Raises Unwritable."""
    found = catalog.types.get(oid)
    if found is None:
        raise Unwritable(f"the type with oid {oid} was not read")
    if found.element and found.name.startswith("_"):
        return type_text(catalog, found.element, typmod) + "[]"
    if found.schema != "pg_catalog":
        return qualified(found.schema, found.name) + _foreign_modifier(found, typmod)
    spelled = _SPELLED.get(found.name)
    if spelled is None:
        return qualified(found.name)
    if spelled == "character" and typmod < 0:
        return "bpchar"
    return spelled + _modifier(found.name, typmod)


def column_type(catalog: Catalog, column: Column) -> str:
    """Return a column's type as SQL."""
    return type_text(catalog, column.type_oid, column.typmod)


def argument_types(catalog: Catalog, function: Function) -> str:
    """Return a function's argument types as ALTER FUNCTION takes them between the parentheses."""
    return ", ".join(type_text(catalog, oid) for oid in function.arguments)


def _modifier(name: str, typmod: int) -> str:
    if typmod < 0:
        return ""
    if name in ("varchar", "bpchar"):
        return f"({typmod - 4})"
    if name == "numeric":
        scale = ((typmod - 4) & 0x7FF ^ 1024) - 1024
        return f"({((typmod - 4) >> 16) & 0xFFFF},{scale})"
    if name == "interval":
        return _interval_modifier(typmod)
    return f"({typmod})"


def _interval_modifier(typmod: int) -> str:
    precision, bits = typmod & 0xFFFF, (typmod >> 16) & 0x7FFF
    named = [word for bit, word in _INTERVAL_FIELDS.items() if bits & bit]
    text = ""
    if bits != 0x7FFF and named:
        text = f" {named[0]}" if len(named) == 1 else f" {named[0]} TO {named[-1]}"
    return text if precision == 0xFFFF else f"{text}({precision})"


def _foreign_modifier(found: Type, typmod: int) -> str:
    if typmod < 0:
        return ""
    raise Unwritable(f"the modifier of type {found.schema}.{found.name} is that type's own business")
