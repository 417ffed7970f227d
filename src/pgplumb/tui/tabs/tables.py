"""Tables: every table, view and materialized view with its figures."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from pgplumb.catalog.relation import KINDS, Relation
from pgplumb.foundation.text import count
from pgplumb.tui.place import Place
from pgplumb.tui.state import State
from pgplumb.tui.tab import Tab
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Span, line
from pgplumb.tui.widgets.line_table import LineTable


class TablesTab(Tab):
    """The list."""

    FIELDS = ("catalog",)

    def compose(self) -> ComposeResult:
        """The list under its filter."""
        self.table = LineTable[Relation](
            (
                Column[Relation]("name", "table", lambda r: r.qualified, sort=lambda r: r.qualified),
                Column[Relation](
                    "rows",
                    "rows",
                    lambda r: count(r.tuples) if r.tuples >= 0 else Span("?", "unknown"),
                    width=9,
                    right=True,
                    sort=lambda r: r.tuples if r.tuples >= 0 else None,
                    largest_first=True,
                ),
                Column[Relation](
                    "kind", "kind", lambda r: Span(KINDS[r.kind], "muted"), width=13, priority=1
                ),
            ),
            key=lambda r: r.oid,
            text=lambda r: r.qualified,
        )
        self.list = ListPane(self.table, noun="tables")
        yield self.list

    def show_state(self, state: State) -> None:
        """Draw the list."""
        relations = state.catalog.exposed if state.catalog else ()
        self.table.show(relations, (line(Span("reading the names", "muted")),))

    def focus_default(self) -> None:
        """The list."""
        self.list.focus_list()

    def place(self) -> Place:
        """The table under the cursor."""
        row = self.table.row
        return Place(self.spec.name, row.id if row else "")

    def visit(self, place: Place) -> bool:
        """Put the cursor on a table."""
        wanted = next((r for r in self.table.view.rows if r.id == place.object), None)
        return wanted is not None and self.table.move_to(wanted.oid)

    def step_back(self) -> bool:
        """Clear the filter."""
        return self.list.clear_filter()

    @on(LineTable.Highlighted)
    def _moved(self) -> None:
        row = self.table.row
        self.point_at(row.id if row else None, row.oid if row else None)
