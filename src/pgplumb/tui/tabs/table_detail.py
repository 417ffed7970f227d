"""The detail of a relation: one line about it, then one of its parts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher

from pgplumb.catalog.definition import Definition
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import size
from pgplumb.tui.tabs.table_columns import KIND_WORDS
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, line, width_of
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel, LineView
from pgplumb.tui.widgets.sql_view import SqlView
from pgplumb.tui.widgets.table_parts import RowKind

if TYPE_CHECKING:
    from textual.widget import Widget

    from pgplumb.tui.tabs.detail.part import DetailRow, Look, Part

DDL = "ddl"
NAMES = ("columns", "indexes", "constraints", "policies", "triggers", "dependents", DDL)
"""The parts in order; all but the last are modules of `detail/`, loaded when they are first shown."""


class PartBar(LineView):
    """The names of the parts with how much is in each; the shown one stands out."""

    DEFAULT_CSS = "PartBar { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._active = NAMES[0]
        self._counts: dict[str, int] = {}

    def show(self, active: str, counts: dict[str, int]) -> None:
        """Draw the bar anew."""
        self._active, self._counts = active, counts
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return the bar; where it is narrow the gaps go first, then the figures."""
        room = self.content_size.width
        for gap, figures in ((3, True), (2, True), (2, False), (1, False)):
            bar = self._bar(gap, figures)
            if width_of(bar) <= room:
                break
        return bar

    def _bar(self, gap: int, figures: bool) -> Line:
        spans: list[Span] = [Span("  ")]
        for name in NAMES:
            found = self._counts.get(name)
            spans.append(Span(name, "title" if name == self._active else "muted" if found != 0 else "faint"))
            spans.append(Span(f" {found}" if found and figures else "", "faint"))
            spans.append(Span(" " * gap))
        return tuple(spans[:-1])


class TableDetail(Vertical):
    """Shows a `Look`; nothing is drawn for parts that are not shown."""

    class Followed(Message):
        """A row was chosen that leads to another object."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    def __init__(self) -> None:
        super().__init__(id="table-detail")
        self._heading = LineLabel((), id="detail-heading")
        self._bar = PartBar()
        self._bodies: dict[str, LineTable[DetailRow] | SqlView] = {}
        self.part = NAMES[0]
        self._look: Look | None = None

    def compose(self) -> ComposeResult:
        """The heading, the part, the names of the parts."""
        yield self._heading
        yield ContentSwitcher()
        yield self._bar

    @property
    def body(self) -> Widget:
        """The widget of the part that is shown; it is made when it is first wanted."""
        return self._body(self.part)

    def _body(self, name: str) -> LineTable[DetailRow] | SqlView:
        made = self._bodies.get(name)
        if made is None:
            made = SqlView(wraps=False, id=f"part-{DDL}") if name == DDL else _table(part_named(name))
            self._bodies[name] = made
            switcher = self.query_one(ContentSwitcher)
            switcher.mount(made)
            switcher.current = f"part-{self.part}"
        return made

    def show(self, look: Look | None) -> None:
        """Draw another relation, or the same one with more known about it."""
        fresh = look is None or self._look is None or look.relation.oid != self._look.relation.oid
        self._look = look
        self._heading.show(heading(look) if look else ())
        self._draw(keep_place=not fresh)

    def show_part(self, name: str) -> None:
        """Show another part; the focus goes with it."""
        had_focus = self.body.has_focus
        self.part = name
        self._body(name)
        self.query_one(ContentSwitcher).current = f"part-{name}"
        self._draw()
        if had_focus:
            self.body.focus()

    def step(self, by: int) -> None:
        """Show the next or the previous part."""
        self.show_part(NAMES[(NAMES.index(self.part) + by) % len(NAMES)])

    def move_to(self, object_id: str) -> None:
        """Put the cursor of the part on the row that is about an object."""
        table = self._body(self.part)
        if isinstance(table, SqlView):
            return
        for row in table.view.rows:
            if row.target == object_id or (row.copy and object_id.endswith(row.copy)):
                table.move_to(row.key)
                return

    def _draw(self, *, keep_place: bool = True) -> None:
        look = self._look
        if look is None:
            self._bar.show(self.part, {})
            for body in self._bodies.values():
                body.show(())
            return
        self._bar.show(self.part, _counts(look))
        body = self._body(self.part)
        if isinstance(body, SqlView):
            self._draw_ddl(body, look, keep_place)
            return
        part = part_named(self.part)
        body.show(part.rows(look), (line(Span(part.empty, "muted")),))

    def _draw_ddl(self, view: SqlView, look: Look, keep_place: bool) -> None:
        from pgplumb.deliver.ddl import ddl
        from pgplumb.sql.highlight import highlight

        definition = look.definition
        before: list[Line] = []
        if isinstance(definition, Unread):
            before = [line(Span(f"from the catalog alone: {definition.reason}", "warn")), ()]
        elif definition is None:
            before = [line(Span("from the catalog alone until the server has answered", "muted")), ()]
        known = definition if isinstance(definition, Definition) else None
        view.show_sql(
            ddl(look.catalog, look.relation, known), highlight, before=before, keep_place=keep_place
        )

    @on(LineTable.Selected)
    def _selected(self, event: LineTable.Selected) -> None:
        event.stop()
        if event.row.target and self._look and event.row.target != self._look.relation.id:
            self.post_message(self.Followed(event.row.target))

    @on(LineTable.Highlighted)
    @on(LineTable.Changed)
    def _inner(self, event: LineTable.Told) -> None:
        event.stop()


def part_named(name: str) -> Part:
    """Load a part."""
    part: Part = import_module(f"pgplumb.tui.tabs.detail.{name}").PART
    return part


def _table(part: Part) -> LineTable[DetailRow]:
    return LineTable(
        part.columns,
        key=lambda row: row.key,
        text=lambda row: row.copy,
        kinds=RowKind(copy=lambda row: row.copy),
        id=f"part-{part.name}",
    )


def _counts(look: Look) -> dict[str, int]:
    r, catalog = look.relation, look.catalog
    return {
        "columns": len(r.columns),
        "indexes": len(r.indexes),
        "constraints": len(r.constraints) + len(catalog.referencing.get(r.oid, ())),
        "policies": len(r.policies),
        "triggers": len(r.triggers) + len(r.rules),
    }


def heading(look: Look) -> Line:
    """Return the line about a relation: owner, row security, keys, true size."""
    r, catalog = look.relation, look.catalog
    facts = [KIND_WORDS.get(r.kind, r.kind)] if r.kind != "r" else []
    facts.append(f"owner {catalog.role_name(r.owner)}")
    if r.kind in "rp":
        facts.append(
            "RLS forced"
            if r.row_security and r.force_row_security
            else "RLS on"
            if r.row_security
            else "RLS off"
        )
        out, into = sum(1 for _ in r.foreign_keys), len(catalog.referencing.get(r.oid, ()))
        facts.append(f"{out} fk out")
        facts.append(f"{into} fk in")
    if r.persistence == "u":
        facts.append("UNLOGGED")
    if isinstance(look.definition, Definition) and look.definition.total_bytes:
        facts.append(f"{size(look.definition.heap_bytes)} heap, {size(look.definition.index_bytes)} indexes")
    spans = [Span("  "), Span(r.qualified, "strong"), Span(f"   {f' {glyphs.DOT} '.join(facts)}", "muted")]
    holder = look.state.locked.get(r.oid)
    if holder is not None:
        spans.append(Span(f"   {holder.summary}", "warn"))
    if r.comment:
        spans.append(Span(f"   {r.comment}", "faint"))
    return tuple(spans)
