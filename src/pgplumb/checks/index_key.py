"""What makes two indexes the same: everything that decides which rows they find, and in which order."""

from __future__ import annotations

from collections.abc import Hashable

from pgplumb.catalog.relation import Index
from pgplumb.catalog.unread import Unread


def shape(index: Index) -> Hashable:
    """Return all that is known without deparsed text: method, key, operator classes, collations, order, INCLUDE."""
    return (
        index.method,
        index.key_columns,
        index.opclasses,
        index.collations[: index.key_count],
        index.options,
        frozenset(index.included),
        index.has_predicate,
        index.has_expressions,
    )


def texts(index: Index) -> Hashable | Unread:
    """Return predicate and expressions, or why they are not known."""
    for text in (index.predicate, index.expressions):
        if isinstance(text, Unread):
            return text
    return (index.predicate, index.expressions)


def is_prefix(short: Index, long: Index) -> bool | Unread:
    """Whether the keys of one btree begin those of another in every respect, over the same rows."""
    count = short.key_count
    if not (
        short.method == long.method == "btree"
        and count < long.key_count
        and short.has_predicate == long.has_predicate
        and short.key_columns == long.columns[:count]
        and short.opclasses == long.opclasses[:count]
        and short.collations[:count] == long.collations[:count]
        and short.options == long.options[:count]
        and set(short.included) <= set(long.columns)
    ):
        return False
    if isinstance(short.predicate, Unread) or isinstance(long.predicate, Unread):
        return (
            short.predicate if isinstance(short.predicate, Unread) else Unread("the predicate was not read")
        )
    if short.predicate != long.predicate:
        return False
    if 0 not in short.key_columns:
        return True
    if isinstance(short.expressions, Unread) or isinstance(long.expressions, Unread):
        return (
            short.expressions
            if isinstance(short.expressions, Unread)
            else Unread("expressions were not read")
        )
    one, other = short.expressions or "", long.expressions or ""
    return one == other or other.startswith(one + ", ")
