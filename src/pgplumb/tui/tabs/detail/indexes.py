"""Indexes of a relation."""

from __future__ import annotations

from pgplumb.catalog.held import held_index_pages
from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import count, size
from pgplumb.tui.tabs.detail.part import DetailRow, Look, Part, column
from pgplumb.tui.widgets.ink import Cell, Line, Span

BLOCK = 8192


def keys_of(r: Relation, index: Index) -> Line:
    """Return the key and INCLUDE columns and the predicate of an index as one line."""
    expressions = index.expressions
    names = list(r.column_names(index.columns))
    if isinstance(expressions, str) and sum(n == 0 for n in index.columns) == 1:
        names[index.columns.index(0)] = expressions
    shown = []
    for at, name in enumerate(names[: index.key_count]):
        option = index.options[at] if at < len(index.options) else 0
        shown.append(name + (" DESC" if option & 1 else ""))
    spans = [Span(", ".join(shown))]
    if index.included:
        spans += [Span(" include ", "muted"), Span(", ".join(names[index.key_count :]))]
    if index.has_predicate:
        text = index.predicate
        spans += [
            Span(" where ", "muted"),
            Span(text.reason, "warn") if isinstance(text, Unread) else Span(text or ""),
        ]
    return tuple(spans)


def kind_of(r: Relation, index: Index) -> Cell:
    """Return what an index is for: the constraint that it backs, or its state where it is not sound."""
    if not index.is_valid and not index.is_partitioned:
        return Span("INVALID", "fail")
    if index.is_primary:
        return Span("primary key", "accent")
    backed = next((c for c in r.constraints if c.index == index.oid and c.kind in "ux"), None)
    if backed is not None:
        return "unique key" if backed.kind == "u" else "exclusion"
    return "unique" if index.is_unique else ""


def rows(look: Look) -> list[DetailRow]:
    """Return one row an index."""
    r, statistics = look.relation, look.state.statistics
    found = []
    for index in r.indexes:
        counters = statistics.indexes.get(index.oid) if statistics else None
        pages = counters.pages if counters else held_index_pages(index, r, look.catalog)
        scans: Cell = (
            "" if counters is None else count(counters.scans) if counters.scans else Span("0", "warn")
        )
        found.append(
            DetailRow(
                index.oid,
                (index.name, index.method, keys_of(r, index), kind_of(r, index), size(pages * BLOCK), scans),
                r.index_id(index),
                index.name,
            )
        )
    return found


PART = Part(
    "indexes",
    "indexes",
    (
        column(0, "index", max_width=44),
        column(1, "method", width=6, priority=3),
        column(2, "columns", max_width=70, grow=True),
        column(3, "kind", max_width=18, priority=1),
        column(4, "size", width=8, right=True, priority=2),
        column(5, "scans", width=7, right=True, priority=1),
    ),
    rows,
    "no indexes",
)
