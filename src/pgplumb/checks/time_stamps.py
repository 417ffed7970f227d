"""Columns that say when a row was made and last changed, by the names that people give them."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Text, Unread
from pgplumb.checks.column_types import DATE, TIMESTAMP, TIMESTAMPTZ

CREATED = frozenset(
    (
        "created_at",
        "created_on",
        "created",
        "created_ts",
        "created_time",
        "creation_date",
        "creation_time",
        "date_created",
        "inserted_at",
        "create_time",
    )
)
UPDATED = frozenset(
    (
        "updated_at",
        "updated_on",
        "updated",
        "updated_ts",
        "modified_at",
        "modified_on",
        "modified",
        "last_modified",
        "last_updated",
        "last_updated_at",
        "date_modified",
        "changed_at",
        "update_time",
    )
)

_NOW = re.compile(
    r"\b(now|statement_timestamp|clock_timestamp|transaction_timestamp)\(\)|CURRENT_TIMESTAMP|LOCALTIMESTAMP"
)
_APPENDED = re.compile(
    r"(^|_)(log|logs|event|events|audit|audits|history|histories|archive|archives|snapshot|snapshots|metric|metrics"
    r"|measurement|measurements|outbox|inbox|queue|jobs|ledger|migrations)($|_)"
)


def named(table: Relation, names: frozenset[str]) -> Column | None:
    """Return the first column of a table that has one of some names."""
    return next((column for column in table.columns if column.name in names), None)


def is_now(default: Text | None) -> bool | Unread:
    """Whether a default gives the time of the transaction or statement."""
    if isinstance(default, Unread):
        return default
    return default is not None and bool(_NOW.search(default))


def is_appended(table: Relation) -> bool:
    """Whether a table is a log, by its name or by being partitioned by time: rows are added, never changed."""
    key = table.partition_key
    divided = table.column(key.columns[0]) if key is not None and key.strategy == "r" else None
    by_time = divided is not None and divided.type_oid in (DATE, TIMESTAMP, TIMESTAMPTZ)
    return by_time or bool(_APPENDED.search(table.name.lower()))


def is_link(table: Relation) -> bool:
    """Whether a table only joins others: each of its columns is of its primary key or of a foreign key."""
    keyed = {number for c in table.constraints if c.kind in "pf" for number in c.columns}
    return bool(keyed) and all(column.number in keyed for column in table.columns)
