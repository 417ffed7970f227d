"""Tables: every table, view and materialized view with its figures, and the detail of the one under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from pgplumb.catalog.statistics import Statistics
from pgplumb.checks.finding import Finding
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.place import Place
from pgplumb.tui.requests import Definition
from pgplumb.tui.state import Phase, State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs.detail.part import Look
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.tabs.table_columns import COLUMNS, lock_note
from pgplumb.tui.tabs.table_detail import NAMES, TableDetail
from pgplumb.tui.tabs.table_rows import TableRow, checked, from_catalog, from_names
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.rule_line import RuleLine
from pgplumb.tui.widgets.table_parts import RowKind

ACTIONS = declare(
    "tables",
    Action(
        "next_part",
        "tab",
        "part",
        "Show the next part of the detail: columns, indexes, constraints ...",
        hint=30,
    ),
    Action("previous_part", "shift+tab", "part", "Show the previous part of the detail."),
    Action("partitions", "p", "partitions", "Show partitions as rows of their own, or not.", hint=59),
    *(
        Action(f"show_{name}", "", name, f"Show the {name} of the relation.", call=f"part('{name}')")
        for name in NAMES
    ),
)


class TablesTab(Tab):
    """A list with the detail below it, or behind Enter where there is no room."""

    FIELDS = ("names", "catalog", "statistics", "checklist", "locked", "connection", "answers")
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self._partitions = False
        self._statistics: tuple[Statistics | None, Statistics | None] = (None, None)
        self._drawn: tuple[object, ...] = ()
        self.table = LineTable[TableRow](
            COLUMNS,
            key=lambda row: row.oid,
            text=lambda row: row.qualified,
            kinds=RowKind(note=lock_note, copy=lambda row: row.qualified),
        )
        self.list = ListPane(self.table, noun="tables", id="tables-list")
        self.detail = TableDetail()

    def compose(self) -> ComposeResult:
        """The list, a rule, the detail."""
        yield self.list
        yield RuleLine(id="tables-rule")
        yield self.detail

    # What is drawn

    def show_state(self, state: State) -> None:
        """Draw the list where one of its sources changed, and the detail."""
        if state.statistics is not self._statistics[0]:
            self._statistics = (state.statistics, self._statistics[0])
        sources = (
            state.names,
            state.catalog,
            state.statistics,
            *checked(state),
            state.locked,
            self._partitions,
            state.connection.phase if state.names is None else None,
        )
        if len(sources) != len(self._drawn) or any(
            a is not b for a, b in zip(sources, self._drawn, strict=True)
        ):
            self._drawn = sources
            self._draw_list(state)
        if self._detail_shown:
            self._draw_detail()

    def _draw_list(self, state: State) -> None:
        if state.catalog is None:
            rows = from_names(state)
        else:
            rows = from_catalog(state, state.catalog, self._statistics[1], self._partitions)
        self.table.show(rows, placeholder(state))

    def _draw_detail(self) -> None:
        row, catalog = self.table.row, self.state.catalog
        relation = catalog.relations.get(row.oid) if row and catalog else None
        if relation is None or catalog is None:
            self.detail.show(None)
            return
        request = Definition(relation.oid)
        answer = self.state.answers.get(request)
        self.detail.show(Look(self.state, catalog, relation, answer))  # type: ignore[arg-type]

    def _rested(self) -> None:
        """The cursor stays: draw the detail and ask for what only the server knows."""
        if not self._detail_shown:
            return
        self._draw_detail()
        row, state = self.table.row, self.state
        if row is None or state.connection.phase is not Phase.LIVE or row.oid in state.locked:
            return
        if Definition(row.oid) not in state.answers and state.catalog is not None:
            self.request(Definition(row.oid))

    @property
    def _detail_shown(self) -> bool:
        return (self.detail.display and self.detail.size.height > 0) or self.has_class("-detail")

    # Where the person is

    def focus_default(self) -> None:
        """The list."""
        self.list.focus_list()

    def place(self) -> Place:
        """The table under the cursor."""
        row = self.table.row
        if row is None or self.state.catalog is None or row.oid not in self.state.catalog.relations:
            return Place(self.spec.name)
        return Place(self.spec.name, self.state.catalog.relations[row.oid].id, self.detail.part)

    def visit(self, place: Place) -> bool:
        """Put the cursor on a table and show a part of it."""
        catalog = self.state.catalog
        wanted = (
            next((r for r in catalog.relations.values() if r.id == place.object), None) if catalog else None
        )
        if wanted is None:
            return False
        if wanted.is_partition and not self._partitions:
            self.action_partitions()
        if not self.list.reach(wanted.oid):
            return False
        if place.part:
            self.detail.show_part(place.part)
        self._rested()
        return True

    def step_back(self) -> bool:
        """Leave the detail, else clear the filter."""
        return self.back_to(self.list, self.detail.body)

    def fix_here(self) -> Finding | None:
        """The worst finding of the table under the cursor that has a fix."""
        row = self.table.row
        if row is None or not row.findings:
            return None
        return next((finding for _, finding in row.findings if finding.fix is not None), None)

    # Actions and messages

    def action_next_part(self) -> None:
        """Show the next part."""
        self.detail.step(1)
        self._rested()

    def action_previous_part(self) -> None:
        """Show the previous part."""
        self.detail.step(-1)
        self._rested()

    def action_part(self, name: str) -> None:
        """Show one part by name."""
        self.detail.show_part(name)
        self._rested()

    def action_partitions(self) -> None:
        """Show partitions as rows, or not."""
        self._partitions = not self._partitions
        self._drawn = ()
        self.show_state(self.state)

    @on(LineTable.Highlighted)
    def _moved(self, event: LineTable.Highlighted) -> None:
        if event.table is not self.table:
            return
        row, catalog = self.table.row, self.state.catalog
        relation = catalog.relations.get(row.oid) if row and catalog else None
        self.point_at(relation.id if relation else None, relation.oid if relation else None)
        self.when_resting(self._rested)

    @on(LineTable.Selected)
    def _opened(self, event: LineTable.Selected) -> None:
        if event.table is self.table:
            self.add_class("-detail")
            self._draw_detail()
            self.call_after_refresh(self._rested)
            self.detail.body.focus()

    @on(TableDetail.Followed)
    def _followed(self, event: TableDetail.Followed) -> None:
        self.go_to_object(event.target)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.when_resting(self._rested)


def placeholder(state: State) -> tuple[Line, ...]:
    """Return what is said where there is no row: what is going on, or what to do."""
    connection = state.connection
    match connection.phase:
        case Phase.IDLE:
            return (line(Span("no server chosen", "muted")), line(Span("press C to connect", "accent")))
        case Phase.CONNECTING:
            return (line(Span(f"connecting to {connection.label}", "muted")),)
        case Phase.PASSWORD:
            return (line(Span("waiting for a password", "warn")),)
        case Phase.FAILED | Phase.RECONNECTING:
            return (line(Span("not connected", "warn")),)
        case _:
            pass
    if state.names is None and state.catalog is None:
        return (line(Span("reading the names", "muted")),)
    return (line(Span("no table or view here yet", "muted")),)
