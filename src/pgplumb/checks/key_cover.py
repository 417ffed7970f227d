"""Which indexes find the rows that refer to a key, and how many rows they visit for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import MINIMUM_ROWS, column_statistics
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.predicate_text import only_not_null
from pgplumb.checks.unique_keys import whole_unique_indexes

VISITS = 100
"""Rows that a look-up may visit on average. In 400,000 rows a key of two columns took 0.013 ms with its own index;
with one on a single column 0.026 ms at 10 rows, 0.06 ms at 50, 1.7 ms at 900; without an index 56 ms."""
_WORST = 10
"""How many times that many for the commonest value."""


@dataclass(frozen=True, slots=True)
class Visits:
    """What a look-up by a foreign key costs with an index over some of its columns only."""

    index: Index
    columns: tuple[int, ...]
    """Columns of the key that lead the index."""
    average: float
    """Rows that are visited, or where `columns` identify the row that is referred to, that are visited in vain."""
    most: float
    """The same for the commonest value."""

    def few(self, facts: Facts) -> bool:
        """Whether an index over all columns would hardly be faster."""
        limit = facts.profile.threshold("fk-columns-indexed", VISITS)
        return self.average <= limit and self.most <= limit * _WORST


def serves(index: Index, key: Constraint, table: Relation) -> bool | None:
    """Whether an index is led by all columns of a key, in any order; None where its predicate could not be read."""
    if index.columns[0] not in key.columns or len(key.columns) > index.key_count:
        return False
    return set(_leading(index, key, table)) == set(key.columns) and _holds_all(index, key, table)


def _leading(index: Index, key: Constraint, table: Relation) -> tuple[int, ...]:
    """Return which columns of a key lead a valid btree or hash index, with the columns' own collations."""
    found: list[int] = []
    if index.method not in ("btree", "hash") or not index.is_valid:
        return ()
    for number, collation in zip(index.key_columns, index.collations, strict=False):
        if number not in key.columns:
            break
        column = table.column(number) if collation else None
        if column is not None and column.collation != collation:
            break
        found.append(number)
    return tuple(found)


def _holds_all(index: Index, key: Constraint, table: Relation) -> bool | None:
    """Whether every row that refers to something is in an index; None where its predicate could not be read.

    A predicate may ask no more than that some of the key's columns are not null: the look-up by equality implies it.
    """
    if not index.has_predicate:
        return True
    if not isinstance(index.predicate, str):
        return None
    tested = only_not_null(index.predicate)
    return tested is not None and tested <= set(table.column_names(key.columns))


def visits(index: Index, key: Constraint, table: Relation, facts: Facts) -> Visits | Unread | None:
    """Return what a look-up costs with an index over a part of a key; None where it is of no use.

    More leading columns tell apart at least as many values as the best of them alone.
    """
    found = _leading(index, key, table)
    whole = _holds_all(index, key, table) if found else False
    if not whole:
        return _unread_predicate(table) if whole is None else None
    if index.is_unique and set(index.key_columns) <= set(key.columns):
        return Visits(index, found, 1, 1)
    if _identify(found, key, table, facts.catalog):
        return Visits(index, found, 0, 0)
    count = rows(table, facts)
    average = most = float("inf")
    unread: Unread | None = None
    for number in found:
        seen = column_statistics(table, number, facts)
        if isinstance(seen, Unread):
            unread = seen
        elif seen is not None and count is not None:
            distinct = max(seen.distinct if seen.distinct > 0 else -seen.distinct * count, 1)
            average = min(average, count * (1 - seen.null_fraction) / distinct)
            most = min(most, max(count * (seen.most_common_frequency or 0), average))
    if average < float("inf"):
        return Visits(index, found, average, most)
    return unread


def _identify(columns: tuple[int, ...], key: Constraint, table: Relation, catalog: Catalog) -> bool:
    """Whether rows that agree in some columns of a key all refer to one row, so that none is visited in vain."""
    parent = catalog.relations.get(key.foreign_relation)
    if parent is None or not key.validated:
        return False
    rest = set(key.columns) - set(columns)
    required = {c.number for c in table.columns if c.not_null}
    if key.match != "f" and not rest <= required:
        return False
    target = dict(zip(key.columns, key.foreign_columns, strict=True))
    pinned = {target[number] for number in columns}
    return any(pinned.issuperset(index.key_columns) for index in whole_unique_indexes(parent))


def narrowest(key: Constraint, table: Relation, facts: Facts) -> Visits | Unread | None:
    """Return the cheapest look-up with an index over a part of a key of several columns."""
    if len(key.columns) < 2:
        return None
    answers = [visits(index, key, table, facts) for index in table.indexes]
    known = [a for a in answers if isinstance(a, Visits)]
    if known:
        return min(known, key=lambda v: (v.average, v.most))
    return next((a for a in answers if isinstance(a, Unread)), None)


def indexed(key: Constraint, table: Relation, facts: Facts) -> bool | Unread:
    """Whether the rows of a foreign key are found by some index, on every partition where there are any."""
    answers = [serves(index, key, table) for index in table.indexes]
    if True in answers:
        return True
    if None in answers:
        return _unread_predicate(table)
    near = narrowest(key, table, facts)
    if isinstance(near, Visits) and near.few(facts):
        return True
    below = list(_below(key, table, facts))
    if below and all(answer is True for answer in below):
        return True
    return next((a for a in (*below, near) if isinstance(a, Unread)), False)


def _below(key: Constraint, table: Relation, facts: Facts) -> Iterator[bool | Unread]:
    """Yield the answers for the partitions of a table; small ones led by a part of the key follow the rest."""
    if table.kind != "p":
        return
    for child in facts.catalog.children.get(table.oid, ()):
        if child.is_partition:
            own = next((c for c in child.constraints if c.parent == key.oid), None)
            answer = False if own is None else indexed(own, child, facts)
            if own is None or answer is not False or not _too_small_to_say(own, child, facts):
                yield answer


def _too_small_to_say(key: Constraint, table: Relation, facts: Facts) -> bool:
    """Whether an index leads with a part of a key, in a table of too few rows to say how selective that is."""
    count = rows(table, facts)
    led = any(_leading(index, key, table) and _holds_all(index, key, table) for index in table.indexes)
    return table.kind != "p" and led and count is not None and count < MINIMUM_ROWS


def _unread_predicate(table: Relation) -> Unread:
    reason = next(i.predicate for i in table.indexes if isinstance(i.predicate, Unread))
    return Unread(f"the predicate of an index on {table.qualified} is not known: {reason.reason}")


def supports_foreign_key(index: Index, table: Relation, facts: Facts) -> bool:
    """Whether an index may be what a foreign key of its table leans on; in doubt it is."""
    first = index.columns[0]
    keys = [c for c in table.constraints if c.kind == "f" and first in c.columns]
    return any(serves(index, key, table) is not False or _leans(index, key, table, facts) for key in keys)


def _leans(index: Index, key: Constraint, table: Relation, facts: Facts) -> bool:
    """Whether a key of several columns has no index of its own and is found by this one."""
    if len(key.columns) < 2 or any(serves(other, key, table) for other in table.indexes):
        return False
    found = visits(index, key, table, facts)
    return isinstance(found, Unread) or (found is not None and found.few(facts))
