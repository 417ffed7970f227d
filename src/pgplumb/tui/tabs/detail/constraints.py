"""Constraints of a relation, and the foreign keys of others that point at it."""

from __future__ import annotations

from pgplumb.catalog.relation import Constraint
from pgplumb.catalog.unread import Unread
from pgplumb.tui.tabs.detail.part import DetailRow, Look, Part, column, said
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Cell, Line, Span

KINDS = {
    "p": "primary key",
    "u": "unique",
    "f": "foreign key",
    "c": "check",
    "x": "exclusion",
    "n": "not null",
}
ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}


def rows(look: Look) -> list[DetailRow]:
    """Return one row a constraint, then one row a foreign key that comes in."""
    r, catalog = look.relation, look.catalog
    found = []
    for c in sorted(r.constraints, key=lambda c: ("pufcxnt".index(c.kind), c.name)):
        parent = catalog.relations.get(c.foreign_relation) if c.kind == "f" else None
        found.append(
            DetailRow(
                c.oid,
                (c.name, KINDS.get(c.kind, "trigger"), _what(look, c), _state(c)),
                parent.id if parent else r.constraint_id(c),
                c.name,
            )
        )
    for table, c in catalog.referencing.get(r.oid, ()):
        columns = ", ".join(table.column_names(c.columns))
        found.append(
            DetailRow(
                ("in", c.oid),
                (
                    Span(c.name, "muted"),
                    Span("referenced by", "muted"),
                    (
                        Span(f"{table.qualified} ({columns})", "link"),
                        Span(f"  on delete {ACTIONS[c.on_delete]}", "muted"),
                    ),
                    _state(c),
                ),
                table.id,
                c.name,
            )
        )
    return found


def _what(look: Look, c: Constraint) -> Cell:
    columns = ", ".join(look.relation.column_names(c.columns))
    if c.kind == "c":
        return said(c.expression)
    if c.kind != "f":
        definition = look.definition
        if c.kind == "x" and definition is not None and not isinstance(definition, Unread):
            return definition.constraints.get(c.oid, columns)
        return columns
    parent = look.catalog.relations.get(c.foreign_relation)
    target = ", ".join(parent.column_names(c.foreign_columns)) if parent else ""
    spans: Line = (
        Span(f"{columns} "),
        Span(f"{glyphs.ARROW} {parent.qualified if parent else '?'} ({target})", "link"),
        Span(f"  on delete {ACTIONS[c.on_delete]}", "muted"),
    )
    return (*spans, Span(f", on update {ACTIONS[c.on_update]}", "muted")) if c.on_update != "a" else spans


def _state(c: Constraint) -> Cell:
    if not c.enforced:
        return Span("NOT ENFORCED", "warn")
    if not c.validated:
        return Span("NOT VALID", "warn")
    if c.deferrable:
        return Span("deferred" if c.deferred else "deferrable", "muted")
    return ""


PART = Part(
    "constraints",
    "constraints",
    (
        column(0, "constraint", max_width=44),
        column(1, "kind", max_width=13, priority=1),
        column(2, "says", max_width=90, grow=True),
        column(3, "state", width=12, priority=2),
    ),
    rows,
    "no constraints",
)
