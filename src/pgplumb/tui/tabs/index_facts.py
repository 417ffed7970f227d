"""What the detail of an index says: facts, findings, and the objects that it can be followed to."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.definition import Definition
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import calm_age, count, size
from pgplumb.tui.marks import mark_of
from pgplumb.tui.tabs.detail.indexes import keys_of, kind_of
from pgplumb.tui.tabs.detail.part import DetailRow, Look, column
from pgplumb.tui.tabs.index_rows import IndexRow
from pgplumb.tui.tabs.index_use import facts as queries
from pgplumb.tui.widgets.ink import Cell, Span

COLUMNS = (column(0, "about", width=13), column(1, "", max_width=200, grow=True))


def facts(row: IndexRow, look: Look) -> list[DetailRow]:
    """Return the rows of an index's detail."""
    return [
        DetailRow(at, (Span(what, "muted"), cell), target, copy)
        for at, (what, cell, target, copy) in enumerate(_facts(row, look))
    ]


def _facts(row: IndexRow, look: Look) -> Iterator[tuple[str, Cell, str | None, str]]:
    r, index, catalog = row.relation, row.index, look.catalog
    yield "table", Span(r.qualified, "link"), r.id, r.qualified
    kind = kind_of(r, index)
    keys = keys_of(r, index)
    yield "columns", (Span(f"{index.method}  ", "muted"), *keys), None, "".join(s.text for s in keys)
    if kind:
        yield "kind", kind, None, ""
    yield from queries(look.state, row.uses)
    for c in r.constraints:
        if c.index == index.oid and c.kind in "pux":
            yield "backs", Span(c.name, "link"), r.constraint_id(c), c.name
    for table, c in catalog.referencing.get(r.oid, ()):
        if c.index == index.oid:
            yield "target of", Span(f"{table.qualified}.{c.name}", "link"), table.constraint_id(c), c.name
    for c in r.foreign_keys:
        if set(index.key_columns[: len(c.columns)]) == set(c.columns):
            yield "serves", Span(c.name, "link"), r.constraint_id(c), c.name
    yield from _figures(row)
    if index.storage_options:
        yield "options", ", ".join(index.storage_options), None, ""
    if index.comment:
        yield "comment", index.comment, None, index.comment
    for result, finding in row.findings or ():
        mark = mark_of(result)
        text = (Span(f"{mark.glyph} {mark.word}  ", mark.ink), Span(finding.message))
        yield "finding", text, None, finding.message
    yield _definition(row, look)


def _figures(row: IndexRow) -> Iterator[tuple[str, Cell, str | None, str]]:
    counters, statistics = row.counters, row.statistics
    yield "size", f"{size(row.bytes)}, {count(row.entries)} entries at the last look", None, ""
    if counters is None or statistics is None:
        return
    since = calm_age((statistics.read_at - statistics.since).total_seconds())
    scans: Cell = (
        f"{count(counters.scans)} in {since}" if counters.scans else Span(f"none in {since}", "warn")
    )
    yield "scans", scans, None, ""
    if counters.scans:
        read, fetched = count(counters.tuples_read), count(counters.tuples_fetched)
        yield "read", f"{read} entries read, {fetched} rows fetched", None, ""
    if row.last_use is not None:
        yield "last use", f"{calm_age(row.last_use)} ago", None, ""


def _definition(row: IndexRow, look: Look) -> tuple[str, Cell, str | None, str]:
    definition = look.definition
    if isinstance(definition, Definition):
        text = definition.indexes.get(row.index.oid, "")
        return "definition", text, None, text
    if isinstance(definition, Unread):
        return "definition", Span(definition.reason, "warn"), None, ""
    return "definition", Span("asked for", "faint"), None, ""
