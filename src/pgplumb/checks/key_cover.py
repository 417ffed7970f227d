"""Which indexes find the rows that refer to a key."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.predicate_text import only_not_null


def serves(index: Index, key: Constraint, table: Relation) -> bool | None:
    """Whether an index finds the rows of a referenced key; None where its predicate could not be read.

    The columns must lead the index, in any order, with the columns' own collations. A predicate may ask no
    more than that some of them are not null: the look-up by equality implies it.
    """
    columns = index.columns
    count = len(key.columns)
    if columns[0] not in key.columns or count > index.key_count:
        return False
    if index.method not in ("btree", "hash") or not index.is_valid:
        return False
    if count > 1 and set(columns[:count]) != set(key.columns):
        return False
    for number, collation in zip(columns[:count], index.collations, strict=False):
        if collation:
            column = table.column(number)
            if column is not None and column.collation != collation:
                return False
    if not index.has_predicate:
        return True
    if not isinstance(index.predicate, str):
        return None
    tested = only_not_null(index.predicate)
    return tested is not None and tested <= set(table.column_names(key.columns))


def indexed(key: Constraint, table: Relation, catalog: Catalog) -> bool | Unread:
    """Whether some index serves a foreign key, on every partition where there are any."""
    unread = False
    for index in table.indexes:
        answer = serves(index, key, table)
        if answer:
            return True
        unread = unread or answer is None
    if unread:
        reason = next(i.predicate for i in table.indexes if isinstance(i.predicate, Unread))
        return Unread(f"the predicate of an index on {table.qualified} is not known: {reason.reason}")
    if table.kind != "p":
        return False
    children = [child for child in catalog.children.get(table.oid, ()) if child.is_partition]
    if not children:
        return False
    for child in children:
        own = next((c for c in child.constraints if c.parent == key.oid), None)
        below = False if own is None else indexed(own, child, catalog)
        if below is not True:
            return below
    return True


def supports_foreign_key(index: Index, table: Relation) -> bool:
    """Whether an index may be what a foreign key of its table leans on; in doubt it is."""
    first = index.columns[0]
    keys = [c for c in table.constraints if c.kind == "f" and first in c.columns]
    return any(serves(index, key, table) is not False for key in keys)
