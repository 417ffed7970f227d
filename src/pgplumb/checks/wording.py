"""Small pieces of the sentences that findings are made of."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.relation import Index, Relation
from pgplumb.foundation.names import dotted, part


def listed(names: Iterable[str]) -> str:
    """Return names as SQL lists them: `a, "B"`."""
    return ", ".join(map(part, names))


def columns_of(table: Relation, numbers: tuple[int, ...]) -> str:
    """Return a table with some of its columns: `public.orders (customer_id)`."""
    return f"{table.qualified} ({listed(table.column_names(numbers))})"


def index_name(table: Relation, index: Index) -> str:
    """Return an index's qualified name, as fixes name it."""
    return dotted(table.schema, index.name)
