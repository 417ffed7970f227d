"""How many rows a table holds, and along which key they can be walked."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.plan import Batches


def is_empty(catalog: Catalog, table: Relation) -> bool:
    """Whether a table is known to hold nothing: it was analysed, and had no page.

    Before PostgreSQL 14 a table that was never analysed looks the same, so that nothing is known to be empty.
    """
    leaves = find.leaves(catalog, table)
    return catalog.server_version >= 140000 and all(t.pages == 0 and t.tuples == 0 for t in leaves)


def key_of(table: Relation) -> tuple[str, ...]:
    """Return the columns of a unique key without nulls, raw. Raises Unwritable where the table has none."""
    if table.primary_key is not None:
        return table.column_names(table.primary_key.columns)
    for index in table.indexes:
        columns = [table.column(number) for number in index.key_columns]
        whole = index.is_unique and index.is_valid and not index.has_predicate
        if whole and all(c is not None and c.not_null for c in columns):
            return table.column_names(index.key_columns)
    raise Unwritable(
        f"{table.qualified} has no primary key and no unique index over NOT NULL columns: its rows cannot be walked"
    )


def batches(table: Relation, assign: str | None, where: str, source: str = "") -> Batches:
    """Return a change of the rows that fulfil a condition, in the order of the table's key. Raises Unwritable."""
    return Batches(find.sql_name(table), tuple(map(name, key_of(table))), assign, where, source)


def at_once(change: Batches) -> str:
    """Return the one statement that does all batches."""
    if change.assign is None:
        return f"DELETE FROM {change.table} AS t WHERE {change.where}"
    source = f" FROM {change.source}" if change.source else ""
    return f"UPDATE {change.table} AS t SET {change.assign}{source} WHERE {change.where}"


_UNEQUAL = frozenset({"json", "xml", "point", "polygon"})
"""Types without an equality that IS DISTINCT FROM could use."""


def equal(kind: str) -> bool:
    """Whether values of a type, as SQL, can be compared."""
    return kind.removesuffix("[]") not in _UNEQUAL


def differs(column: str, value: str, kind: str) -> str:
    """Return the condition that a column, as SQL, has another value of its type."""
    if not equal(kind):
        return f"{column}::text IS DISTINCT FROM ({value})::text"
    return f"{column} IS DISTINCT FROM ({value})"
