"""Queries: what the database runs, by what it costs, with the text, the tables and the plan of each statement."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from pgplumb.catalog.unread import Unread
from pgplumb.checks.finding import Finding
from pgplumb.sql.highlight import highlight
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.place import Place
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs import query_notices as notices
from pgplumb.tui.tabs.query_detail import PLAN, QueryDetail, QueryLook
from pgplumb.tui.tabs.query_known import Plans, refusal, text_of, text_request
from pgplumb.tui.tabs.query_plan import PlanPane
from pgplumb.tui.tabs.query_rows import BLOCK, COLUMNS, TIME, QueryRow, query_rows
from pgplumb.tui.tabs.query_trend import Trend
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.split_pane import SplitPane
from pgplumb.tui.widgets.sql_view import SqlView
from pgplumb.tui.widgets.steady_table import SteadyTable
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.workload.statements import Statements

ACTIONS = declare(
    "queries",
    Action("period", "d", "period", "Count since the reset, or since connecting.", hint=25),
    Action("plan", "p", "plan", "Show what asking for the plan runs; once more asks for it.", hint=28),
    Action("text", "", "text", "Show the whole statement.", call="part('statement')"),
    Action("figures", "", "figures", "Show every figure of the statement.", call="part('figures')"),
    Action("tables", "", "tables", "Show the tables that the statement names.", call="part('tables')"),
)
ORDER_SECONDS = 10.0
"""How long rows keep their places at least, while figures are read anew."""
ROOMY = 90
"""From so many columns on the heading says how much ran."""


class QueriesTab(Tab):
    """One list over two periods, and the detail of the statement under the cursor."""

    FIELDS = (
        "statements",
        "statements_since",
        "catalog",
        "checklist",
        "connection",
        "answers",
        "problems",
        "locked",
    )
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self._connected = False
        """Whether what ran since connecting is shown, instead of all since the reset."""
        self._trend = Trend()
        self._drawn: tuple[object, ...] = ()
        self._ordered: Statements | None = None
        self._moved = False
        self._plans = Plans()

    def compose(self) -> ComposeResult:
        """Warnings, the list with the detail; or why there is nothing to list."""
        self.warnings = LineLabel(id="queries-warnings")
        self.table = SteadyTable[QueryRow](
            COLUMNS,
            key=lambda row: row.key,
            text=lambda row: row.haystack,
            kinds=RowKind(copy=self._copied),
            id="queries-table",
        )
        self.table.sort_by(TIME, True)
        self.list = ListPane(self.table, noun="statements")
        self.detail = QueryDetail()
        self.split = SplitPane(self.list, self.detail, id="queries-split")
        self.missing = SqlView(id="queries-missing")
        self.missing.display = False
        yield self.warnings
        yield self.split
        yield self.missing

    def on_mount(self) -> None:
        """Follow the totals also while another tab is shown: a trend has no holes."""
        self.store.subscribe(self, self._follow, "statements")

    def _follow(self, state: State) -> None:
        if isinstance(state.statements, Statements):
            self._trend.add(state.statements)
        elif state.statements is None:
            self._trend = Trend()

    # What is drawn

    @property
    def _statements(self) -> Statements | Unread | None:
        state = self.state
        if self._connected or state.statements is None:
            return state.statements_since
        return state.statements

    def show_state(self, state: State) -> None:
        """Draw the list where one of its sources changed, and the detail."""
        statements = self._statements
        if isinstance(statements, Unread):
            self._show_missing(statements)
            return
        self.missing.display, self.split.display = False, True
        self._show_warnings(state, statements)
        sources = (statements, state.checklist, self._trend.intervals, self._block, state.connection.phase)
        if len(self._drawn) != len(sources) or any(
            a is not b for a, b in zip(sources, self._drawn, strict=True)
        ):
            self._drawn = sources
            self._show_list(state, statements)
        self._draw_detail()

    def _show_missing(self, unread: Unread) -> None:
        had_focus = self.split.has_focus_within
        self.missing.display, self.split.display, self.warnings.display = True, False, False
        self._drawn = ()
        sql = getattr(unread, "sql", None) or ""
        self.missing.show_sql(sql, highlight, before=notices.unread_lines(unread))
        if had_focus:
            self.missing.focus()

    def _show_warnings(self, state: State, statements: Statements | None) -> None:
        found = notices.warnings(state, statements, self._connected) if statements is not None else ()
        self.warnings.display = bool(found)
        self.warnings.styles.height = max(len(found), 1)
        self.warnings.show(*found)

    def _show_list(self, state: State, statements: Statements | None) -> None:
        if statements is None:
            self.table.show((), (notices.waiting(state),))
            self.list.note()
            return
        rows = query_rows(statements, self._trend.intervals, state.checklist, self._block)
        self.table.show(rows, notices.empty(self._connected), order=self._order_anew(statements))
        self._show_period(statements)

    def _show_period(self, statements: Statements) -> None:
        self.list.note(*notices.period(statements, self._connected, long=self.size.width >= ROOMY))

    def _order_anew(self, statements: Statements) -> bool:
        """Rows change places seldom, and never while somebody moves among them."""
        last = self._ordered
        moved, self._moved = self._moved, False
        waited = last is None or (statements.read_at - last.read_at).total_seconds() >= ORDER_SECONDS
        if waited and not moved:
            self._ordered = statements
        return waited and not moved

    @property
    def _block(self) -> int:
        setting = self.state.catalog.setting("block_size") if self.state.catalog is not None else None
        return int(setting) if setting and setting.isdigit() else BLOCK

    def _copied(self, row: QueryRow) -> str:
        if row.hidden:
            return notices.grant_to(self.state.connection.role)
        return text_of(self.state, row)[0] or ""

    # The detail

    def _draw_detail(self) -> None:
        statements, row = self._statements, self.table.row
        if row is None or not isinstance(statements, Statements):
            self.detail.show(None)
            return
        text, whole = text_of(self.state, row)
        self.detail.show(
            QueryLook(self.state, statements, row, text, whole, self._plans.look(self.state, row))
        )

    def _rested(self) -> None:
        """The cursor stays: draw the detail, and ask for what of the text is not known."""
        if not self.split.detail_in_sight and not self.split.has_class("-detail"):
            return
        self._draw_detail()
        row = self.table.row
        request = text_request(self.state, row) if row is not None else None
        if request is not None:
            self.request(request)

    # Where the person is

    def focus_default(self) -> None:
        """The list, or what stands in its place."""
        if self.missing.display:
            self.missing.focus()
        else:
            self.list.focus_list()

    def place(self) -> Place:
        """The statement under the cursor."""
        row = self.table.row
        return Place(self.spec.name, row.id, self.detail.part) if row is not None else Place(self.spec.name)

    def visit(self, place: Place) -> bool:
        """Put the cursor on a statement, in the period in which it is to be found."""
        if not self._move_to(place.object):
            self._connected = not self._connected
            self.show_state(self.state)
            if not self._move_to(place.object):
                self._connected = not self._connected
                self.show_state(self.state)
                return False
        if place.part:
            self.detail.show_part(place.part)
        self._rested()
        return True

    def _move_to(self, object_id: str) -> bool:
        statements = self._statements
        if not isinstance(statements, Statements):
            return False
        found = next((e for e in statements.entries if f"query:{e.queryid}" == object_id), None)
        if found is None:
            return False
        if self.table.move_to(found.key):
            return True
        self.list.clear_filter()
        return self.table.move_to(found.key)

    def step_back(self) -> bool:
        """Leave the detail, else clear the filter."""
        return self.split.step_back()

    def fix_here(self) -> Finding | None:
        """The first finding about the statement that has a fix."""
        row = self.table.row
        findings = (row.findings or ()) if row is not None else ()
        return next((finding for _, finding in findings if finding.fix is not None), None)

    # Actions and messages

    def action_period(self) -> None:
        """Show the other period."""
        other = self.state.statements if self._connected else self.state.statements_since
        if isinstance(other, Unread) and not isinstance(self._statements, Unread):
            self.say(
                f"what ran {notices.RESET if self._connected else notices.CONNECTED}: {other.reason}", "warn"
            )
            return
        self._connected = not self._connected
        self._ordered = None
        self.show_state(self.state)

    def action_part(self, name: str) -> None:
        """Show a part of the detail."""
        self.split.open(name)
        self.call_after_refresh(self._rested)

    def action_plan(self) -> None:
        """Show the plan, or what would run for it; where that is in sight already, ask for it."""
        if self.detail.part == PLAN and self.split.detail_in_sight:
            self._ask_for_plan()
        elif self.split.detail_in_sight:
            self.detail.show_part(PLAN)
        else:
            self.action_part(PLAN)
        self._rested()

    def _ask_for_plan(self) -> None:
        row = self.table.row
        if row is None:
            return
        why_not = refusal(self.state, row)
        request = self._plans.ask(self.state, row) if why_not is None else None
        if why_not is not None:
            self.say(why_not, "warn")
        elif request is None:
            self.say("the server is planning it; ctrl+c cancels")
        else:
            self.request(request)
            self._draw_detail()

    @on(PlanPane.Wanted)
    def _plan_wanted(self, event: PlanPane.Wanted) -> None:
        event.stop()
        self._ask_for_plan()

    @on(PlanPane.Followed)
    def _node_followed(self, event: PlanPane.Followed) -> None:
        event.stop()
        catalog = self.state.catalog
        relation = catalog.by_name.get(event.relation) if catalog is not None else None
        if relation is not None:
            self.go_to_object(relation.id)

    @on(QueryDetail.Followed)
    def _followed(self, event: QueryDetail.Followed) -> None:
        event.stop()
        self.go_to_object(event.target)

    @on(LineTable.Highlighted)
    def _pointed(self, event: LineTable.Highlighted) -> None:
        if event.table is not self.table:
            return
        self._moved = True
        row = self.table.row
        self.point_at(row.id if row is not None else None, 0)
        self.when_resting(self._rested)

    @on(LineTable.Selected)
    def _opened(self, event: LineTable.Selected) -> None:
        if event.table is self.table:
            self.split.open()
            self.call_after_refresh(self._rested)

    def on_resize(self) -> None:
        """The heading says more where there is room."""
        if isinstance(self._statements, Statements):
            self._show_period(self._statements)
