"""Columns of a relation."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.type_names import type_name
from pgplumb.catalog.unread import Unread
from pgplumb.tui.tabs.detail.part import DetailRow, Look, Part, column, said
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Cell, Line, Span


def rows(look: Look) -> list[DetailRow]:
    """Return one row a column."""
    r, catalog = look.relation, look.catalog
    primary = set(r.primary_key.columns) if r.primary_key else set()
    foreign = {c.columns[0]: c for c in r.foreign_keys if len(c.columns) == 1}
    found = []
    for c in r.columns:
        key = foreign.get(c.number)
        parent = catalog.relations.get(key.foreign_relation) if key else None
        found.append(
            DetailRow(
                c.number,
                (
                    Span(c.name, "strong") if c.number in primary else c.name,
                    type_name(catalog.types, c.type_oid, c.typmod),
                    "no" if c.not_null else Span("yes", "muted"),
                    _default(c),
                    _notes(look, c, c.number in primary, parent),
                ),
                parent.id if parent else None,
                c.name,
            )
        )
    return found


def _default(c: Column) -> Cell:
    if c.identity:
        return Span("identity" if c.identity == "a" else "identity by default", "muted")
    if c.generated and not isinstance(c.default, Unread):
        return (Span("= ", "muted"), Span(c.default or ""))
    return said(c.default)


def _notes(look: Look, c: Column, primary: bool, parent: Relation | None) -> Line:
    spans: list[Span] = []
    if primary:
        spans.append(Span("primary key", "accent"))
    if parent is not None:
        spans.append(Span(f"{glyphs.ARROW} {parent.qualified}", "link"))
    enum = look.catalog.types.get(c.type_oid)
    if enum is not None and enum.kind == "e":
        spans.append(Span(f"enum, {len(enum.labels)} values", "muted"))
    if c.comment:
        spans.append(Span(c.comment, "muted"))
    joined: list[Span] = []
    for span in spans:
        joined += [Span(" · ", "faint")] * bool(joined) + [span]
    return tuple(joined)


PART = Part(
    "columns",
    "columns",
    (
        column(0, "column", max_width=40),
        column(1, "type", max_width=36),
        column(2, "null", width=4),
        column(3, "default", max_width=40, priority=2),
        column(4, "notes", max_width=80, priority=1, grow=True),
    ),
    rows,
    "no columns",
)
