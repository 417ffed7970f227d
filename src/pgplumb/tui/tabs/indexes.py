"""Indexes: every index with what it holds, costs and is used for."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from pgplumb.catalog.unread import Unread
from pgplumb.checks.finding import Finding
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.place import Place
from pgplumb.tui.requests import Definition, UsedBy
from pgplumb.tui.state import Phase, State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs.detail.part import DetailRow, Look
from pgplumb.tui.tabs.index_facts import COLUMNS as FACT_COLUMNS
from pgplumb.tui.tabs.index_facts import facts
from pgplumb.tui.tabs.index_rows import COLUMNS, WITHOUT_USE, IndexRow, index_rows
from pgplumb.tui.tabs.index_use import can_be_asked, use_of
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.tabs.table_rows import checked
from pgplumb.tui.tabs.tables import placeholder
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.rule_line import RuleLine
from pgplumb.tui.widgets.table_parts import RowKind

ACTIONS = declare(
    "indexes",
    Action("partitions", "p", "partitions", "Show the indexes of partitions too, or not.", hint=59),
)


USE_SECONDS = 1.0
"""After how long in the tab the queries are planned that may use the indexes."""


class IndexesTab(Tab):
    """A list with the facts of the index under the cursor below it, or behind Enter where there is no room."""

    FIELDS = ("names", "catalog", "statistics", "checklist", "locked", "connection", "answers", "twin")
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self._partitions = False
        self._use_at: datetime | None = None
        """When the twin was made by whose plans it is known which queries use an index."""
        self._use_asked = False
        self._drawn: tuple[object, ...] = ()
        self.table = LineTable[IndexRow](
            WITHOUT_USE,
            key=lambda row: row.index.oid,
            text=lambda row: f"{row.name} {row.relation.qualified} {row.index.method}",
            kinds=RowKind(
                note=lambda row: line(Span(row.locked, "warn")) if row.locked else None,
                copy=lambda row: row.name,
            ),
        )
        self.list = ListPane(self.table, noun="indexes", id="indexes-list")
        self.facts = LineTable[DetailRow](
            FACT_COLUMNS,
            key=lambda row: row.key,
            text=lambda row: row.copy,
            kinds=RowKind(copy=lambda row: row.copy),
            header=False,
            id="index-facts",
        )

    def compose(self) -> ComposeResult:
        """The list, a rule, the facts."""
        yield self.list
        yield RuleLine(id="indexes-rule")
        yield self.facts

    def show_state(self, state: State) -> None:
        """Draw the list where one of its sources changed, and the facts."""
        self._follow_use(state)
        sources = (
            state.catalog,
            state.statistics,
            *checked(state),
            state.locked,
            self._partitions,
            use_of(state),
            state.connection.phase if state.names is None else None,
        )
        if len(sources) != len(self._drawn) or any(
            a is not b for a, b in zip(sources, self._drawn, strict=True)
        ):
            self._drawn = sources
            self.table.set_columns(WITHOUT_USE if use_of(state) is None else COLUMNS)
            rows = index_rows(state, state.catalog, self._partitions) if state.catalog else []
            known = line(Span("no index here yet" if state.catalog else "reading the indexes", "muted"))
            self.table.show(
                rows, (known,) if state.names is not None or state.catalog else placeholder(state)
            )
        self._draw_facts()

    def enter(self) -> None:
        """The tab is shown: find out which queries use each index, if it stays so."""
        super().enter()
        self.set_timer(USE_SECONDS, self._ask_for_use)

    def _ask_for_use(self) -> None:
        """Have the top queries planned in the twin, once for each twin."""
        state = self.state
        if not self._shown or self._use_asked:
            return
        if not can_be_asked(state):
            if state.connection.phase is not Phase.OFFLINE and not isinstance(state.statements, Unread):
                self.set_timer(USE_SECONDS, self._ask_for_use)
            return
        if use_of(state) is None or (self._use_at is not None and state.twin.made_at != self._use_at):
            self._use_asked = True
            self.request(UsedBy())

    def _follow_use(self, state: State) -> None:
        """Note by which twin the answer was found."""
        if self._use_asked and UsedBy() in state.answers and state.twin.doing is None:
            self._use_asked, self._use_at = False, state.twin.made_at

    def _draw_facts(self) -> None:
        row, catalog = self.table.row, self.state.catalog
        if row is None or catalog is None:
            self.facts.show(())
            return
        answer = self.state.answers.get(Definition(row.relation.oid))
        look = Look(self.state, catalog, row.relation, answer)  # type: ignore[arg-type]
        self.facts.show(facts(row, look))

    def _rested(self) -> None:
        """The cursor stays: draw the facts and ask for the definition."""
        shown = (self.facts.display and self.facts.size.height > 0) or self.has_class("-detail")
        row, state = self.table.row, self.state
        if not shown or row is None:
            return
        self._draw_facts()
        request = Definition(row.relation.oid)
        live = state.connection.phase is Phase.LIVE and row.relation.oid not in state.locked
        if live and request not in state.answers:
            self.request(request)

    def focus_default(self) -> None:
        """The list."""
        self.list.focus_list()

    def place(self) -> Place:
        """The index under the cursor."""
        row = self.table.row
        return Place(self.spec.name, row.relation.index_id(row.index) if row else "")

    def visit(self, place: Place) -> bool:
        """Put the cursor on an index."""
        catalog = self.state.catalog
        if catalog is None:
            return False
        found = next(
            ((r, i) for r, i in catalog.indexes.values() if r.index_id(i) == place.object),
            None,
        )
        if found is None:
            return False
        relation, index = found
        if relation.is_partition and not self._partitions:
            self.action_partitions()
        if not self.list.reach(index.oid):
            return False
        self._rested()
        return True

    def step_back(self) -> bool:
        """Leave the facts, else clear the filter."""
        return self.back_to(self.list, self.facts)

    def fix_here(self) -> Finding | None:
        """The first finding of the index under the cursor that has a fix."""
        row = self.table.row
        return next((f for _, f in row.findings or () if f.fix is not None), None) if row else None

    def action_partitions(self) -> None:
        """Show the indexes of partitions, or not."""
        self._partitions = not self._partitions
        self.show_state(self.state)

    @on(LineTable.Highlighted)
    def _moved(self, event: LineTable.Highlighted) -> None:
        if event.table is self.table:
            row = self.table.row
            self.point_at(
                row.relation.index_id(row.index) if row else None, row.relation.oid if row else None
            )
            self.when_resting(self._rested)

    @on(LineTable.Selected)
    def _selected(self, event: LineTable.Selected) -> None:
        if event.table is self.table:
            self.add_class("-detail")
            self._draw_facts()
            self.call_after_refresh(self._rested)
            self.facts.focus()
        elif event.row.target:
            self.go_to_object(event.row.target)
