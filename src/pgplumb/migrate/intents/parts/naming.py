"""Names for new objects: by convention, at most 63 bytes, free in the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.migrate.change import Unwritable

LIMIT = 63
"""NAMEDATALEN - 1: PostgreSQL cuts longer names silently."""


def cut(name: str, octets: int) -> str:
    """Return as much of a name as fits into a number of UTF-8 bytes, never half a character."""
    return name.encode()[:octets].decode(errors="ignore")


def compose(first: str, middle: Iterable[str], last: str = "") -> str:
    """Return `first_middle_last`, the longer of the two front parts cut first so that the whole fits."""
    rest = "_".join(middle)
    tail = f"_{last}" if last else ""
    while len(f"{first}_{rest}{tail}".encode()) > LIMIT:
        if len(first.encode()) > len(rest.encode()):
            first = cut(first, len(first.encode()) - 1)
        else:
            rest = cut(rest, len(rest.encode()) - 1)
    return f"{first}_{rest}{tail}" if rest else f"{first}{tail}"


def free(name: str, taken: Callable[[str], bool]) -> str:
    """Return the name, or with the smallest number appended that makes it free."""
    if not taken(name):
        return name
    for number in count(1):
        candidate = cut(name, LIMIT - len(str(number)) - 1) + f"_{number}"
        if not taken(candidate):
            return candidate
    raise AssertionError("count() ends")


def relation_taken(catalog: Catalog, schema: str) -> Callable[[str], bool]:
    """Return whether a name is taken among the relations and indexes of a schema."""
    return lambda name: (schema, name) in catalog.by_name or (schema, name) in catalog.indexes


def index_name(catalog: Catalog, table: Relation, columns: Iterable[str], prefix: str = "idx_") -> str:
    """Return a free name for an index: `idx_orders_customer_id`."""
    return free(compose(prefix + table.name, columns), relation_taken(catalog, table.schema))


def constraint_name(
    table: Relation, columns: Iterable[str], suffix: str, taken: Callable[[str], bool] | None = None
) -> str:
    """Return a free name for a constraint, as PostgreSQL would choose it: `orders_customer_id_fkey`.

    `taken` says what else the name must not be, for constraints that bring an index.
    """
    used = {c.name for c in table.constraints}
    name = compose(table.name, columns, suffix)
    return free(name, lambda n: n in used or (taken is not None and taken(n)))


def new_relation(catalog: Catalog, schema: str, wanted: str) -> str:
    """Return a wanted name of a new relation. Raises Unwritable where it is taken or too long."""
    if len(wanted.encode()) > LIMIT:
        raise Unwritable(f"{wanted} is longer than {LIMIT} bytes: PostgreSQL would cut it")
    if relation_taken(catalog, schema)(wanted):
        raise Unwritable(f"there is a relation {dotted(schema, wanted)} already")
    return wanted
