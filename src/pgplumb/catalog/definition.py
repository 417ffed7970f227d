"""Definitions and true sizes of the one relation that somebody looks at.

They open the relation, so they are asked for singly and give up after 100 ms behind a lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.catalog.statement import statement
from pgplumb.catalog.unread import Unread
from pgplumb.server.errors import QueryError
from pgplumb.server.session import Session

LOCK_TIMEOUT_MS = 100


@dataclass(frozen=True, slots=True)
class Definition:
    """What the server prints of one relation. Texts are data: sanitise them to show them."""

    relation: int
    indexes: Mapping[int, str]
    """CREATE INDEX ... by oid."""
    constraints: Mapping[int, str]
    """FOREIGN KEY (...) REFERENCES ... by oid."""
    triggers: Mapping[int, str]
    query: str | None
    """A view's query."""
    partition_key: str | None
    heap_bytes: int
    index_bytes: int
    total_bytes: int
    """With TOAST, free space map and visibility map."""


def read_definition(session: Session, relation: int) -> Definition | Unread:
    """Return the definition of a relation, or why it cannot be had now. Raises LostConnection."""
    version, params = session.server_version, {"relation": relation}
    try:
        with session.unit(lock_timeout_ms=LOCK_TIMEOUT_MS) as unit, unit.pipeline() as pipeline:
            parts = pipeline.result(statement("definition_parts", version), params)
            whole = pipeline.result(statement("definition_relation", version), params)
    except QueryError as error:
        return Unread(error.what)
    if not len(whole.rows):
        return Unread("the relation is gone")
    by_kind: dict[str, dict[int, str]] = {"i": {}, "c": {}, "t": {}}
    for kind, oid, text in parts.rows:
        by_kind[kind][oid] = text
    heap, indexes, total, query, key = whole.rows[0]
    return Definition(relation, by_kind["i"], by_kind["c"], by_kind["t"], query, key, heap, indexes, total)


def read_source(session: Session, function: int) -> str | Unread:
    """Return CREATE FUNCTION ... as the server prints it: no relation is opened."""
    try:
        with session.unit() as unit:
            rows = unit.query("SELECT pg_get_functiondef(%s::oid)", [function])
    except QueryError as error:
        return Unread(error.what)
    return str(rows[0][0]) if rows and rows[0][0] else Unread("the function is gone")
