"""Type names as SQL, from catalog records."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Function
from pgplumb.catalog.relation import Column
from pgplumb.catalog.type_names import type_name
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts.quoting import qualified


def type_text(catalog: Catalog, oid: int, typmod: int = -1) -> str:
    """Return a type as SQL, its modifier included. Raises Unwritable.

    What a modifier of somebody else's type means is known to that type alone.
    """
    found = catalog.types.get(oid)
    if found is None:
        raise Unwritable(f"the type with oid {oid} was not read")
    if found.schema == "pg_catalog" and not found.element:
        return type_name(catalog.types, oid, typmod)
    if found.category == "A" and found.element and found.name.startswith("_"):
        return type_text(catalog, found.element, typmod) + "[]"
    if found.schema == "pg_catalog":
        return type_name(catalog.types, oid, typmod)
    if typmod >= 0:
        raise Unwritable(f"the modifier of {found.schema}.{found.name} was not read")
    return qualified(found.schema, found.name)


def column_type(catalog: Catalog, column: Column) -> str:
    """Return a column's type as SQL. Raises Unwritable."""
    return type_text(catalog, column.type_oid, column.typmod)


def argument_types(catalog: Catalog, function: Function) -> str:
    """Return a function's argument types as ALTER FUNCTION takes them between the parentheses."""
    return ", ".join(type_text(catalog, oid) for oid in function.arguments)
