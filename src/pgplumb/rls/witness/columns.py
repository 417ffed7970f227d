"""Which columns a witness's row can have: those whose values can be made up, and made up without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pgplumb.catalog.model import Catalog, Type
from pgplumb.catalog.relation import Column
from pgplumb.catalog.type_names import type_name
from pgplumb.sql.quote import quote_qualified

Casts = frozenset[tuple[int, int]]
"""Source and target types of casts that call functions which users or extensions made."""

FIRST_OF_USERS = 16_384
"""Oids below it are PostgreSQL's own."""
_COLLATIONS = {0: "", 100: "", 950: ' COLLATE "C"', 951: ' COLLATE "POSIX"'}


def can_be_made_up(columns: Iterable[Column]) -> bool:
    """Whether a value that is made up stands for one that could be there: it is computed from no other column, and
    compares as it would in the table."""
    return all(not c.generated and c.collation in _COLLATIONS for c in columns)


def run_nothing(catalog: Catalog, columns: Iterable[Column], casts: Casts) -> bool:
    """Whether casts from text to the columns' types, and from those to others, call functions of PostgreSQL alone."""
    if any(source < FIRST_OF_USERS and target < FIRST_OF_USERS for source, target in casts):
        return False
    return all(_plain(catalog, c.type_oid, casts) for c in columns)


def harmless_enums(catalog: Catalog, casts: Casts) -> frozenset[str]:
    """Return the enums, as expressions qualify them, that no cast with a function starts from or leads to."""
    return frozenset(
        quote_qualified(kind.schema, kind.name)
        for kind in catalog.types.values()
        if kind.kind == "e" and _plain(catalog, kind.oid, casts)
    )


def cast_of(catalog: Catalog, column: Column) -> str:
    """Return the type that a value is cast to, and its collation; of a domain without conditions its base type."""
    oid, typmod = column.type_oid, column.typmod
    found = catalog.types.get(oid)
    while found is not None and found.kind == "d" and not found.has_checks:
        oid, typmod = found.base, found.typmod
        found = catalog.types.get(oid)
    return type_name(catalog.types, oid, typmod) + _COLLATIONS[column.collation]


def may_be_null(catalog: Catalog, column: Column) -> bool:
    """Whether the column, and the domain that it is of, take NULL."""
    return not column.not_null and not any(d.not_null for d in _domains(catalog, column.type_oid))


def _domains(catalog: Catalog, oid: int) -> Sequence[Type]:
    found = []
    kind = catalog.types.get(oid)
    while kind is not None and kind.kind == "d":
        found.append(kind)
        kind = catalog.types.get(kind.base)
    return found


def _plain(catalog: Catalog, oid: int, casts: Casts) -> bool:
    kind = catalog.types.get(oid)
    if kind is None:
        return False
    if kind.kind == "d":
        return not kind.has_checks and _plain(catalog, kind.base, casts)
    if kind.category == "A" and kind.element:
        return _plain(catalog, kind.element, casts)
    if kind.kind == "e":
        return not any(oid in cast for cast in casts)
    return oid < FIRST_OF_USERS
