"""Soft delete: rows that stay and carry the mark that they are gone."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import BOOL

TIMES = frozenset(("deleted_at", "deleted_on", "date_deleted", "deletion_date", "removed_at"))
FLAGS = frozenset(("is_deleted", "deleted", "is_removed"))


def deletion_time(table: Relation) -> Column | None:
    """Return the column that holds when a row was deleted."""
    return next((column for column in table.columns if column.name in TIMES), None)


def deletion_flag(table: Relation) -> Column | None:
    """Return the boolean column that says that a row was deleted."""
    return next((c for c in table.columns if c.name in FLAGS and c.type_oid == BOOL), None)


def marks(table: Relation) -> tuple[Column, ...]:
    """Return the columns of soft delete that a table has, the time first."""
    return tuple(c for c in (deletion_time(table), deletion_flag(table)) if c is not None)


def is_live_only(index: Index, columns: tuple[Column, ...]) -> bool | Unread:
    """Whether an index's predicate speaks of the marks, and so leaves deleted rows out."""
    if not index.has_predicate or index.predicate is None:
        return False
    if isinstance(index.predicate, Unread):
        return index.predicate
    text = index.predicate
    return any(re.search(rf"\b{re.escape(c.name)}\b", text) for c in columns)


def live_condition(column: Column) -> str:
    """Return the condition of rows that are not deleted."""
    return f"{column.name} IS NULL" if column.name in TIMES else f"NOT {column.name}"
