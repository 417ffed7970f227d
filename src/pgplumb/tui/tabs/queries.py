"""Queries: what the database runs, by what it costs, with the text, the tables and the plan of each statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from pgplumb.catalog.unread import Unread
from pgplumb.checks.finding import Finding
from pgplumb.tui.actions import bindings
from pgplumb.tui.place import Place
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.tab import Tab
from pgplumb.tui.tabs.query import notices
from pgplumb.tui.tabs.query.actions import ACTIONS
from pgplumb.tui.tabs.query.advice_fix import advice_fix
from pgplumb.tui.tabs.query.advice_pane import AdvicePane
from pgplumb.tui.tabs.query.detail import ADVICE, GROWTH, PLAN, QueryDetail
from pgplumb.tui.tabs.query.known import text_of
from pgplumb.tui.tabs.query.listing import QueryList
from pgplumb.tui.tabs.query.missing import MissingPane
from pgplumb.tui.tabs.query.notices import Covered
from pgplumb.tui.tabs.query.plan_sheet import PlanSheet
from pgplumb.tui.tabs.query.rows import QueryRow, identity
from pgplumb.tui.tabs.query.wishes import Wishes
from pgplumb.tui.tabs.registry import TabSpec
from pgplumb.tui.widgets.detail_pane import DetailPane
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.split_pane import SplitPane
from pgplumb.workload.folding import is_ours
from pgplumb.workload.statements import Statements

if TYPE_CHECKING:
    from pgplumb.tui.tabs.query.advice_rows import AdviceRow
    from pgplumb.workload.advisor.advice import Advice


class QueriesTab(Tab):
    """One list over two periods, and the detail of the statement under the cursor."""

    FIELDS = (
        *("statements", "statements_since", "catalog", "checklist", "connection", "answers", "problems"),
        *("locked", "sampled", "twin"),
    )
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, spec: TabSpec, store: Store) -> None:
        super().__init__(spec, store)
        self._covered = Covered.RESET
        self._wishes = Wishes(self)

    def compose(self) -> ComposeResult:
        """Warnings, the list with the detail; or why there is nothing to list."""
        self.warnings = LineLabel(id="queries-warnings")
        self.list = QueryList(self._copied)
        self.table = self.list.table
        self.detail = QueryDetail()
        self.split = SplitPane(self.list, self.detail, id="queries-split")
        self.missing = MissingPane(id="queries-missing")
        self.missing.display = False
        yield self.warnings
        yield self.split
        yield self.missing

    def on_mount(self) -> None:
        """Follow the totals also while another tab is shown: a trend has no holes."""
        self.store.subscribe(self, lambda state: self.list.follow(state.statements), "statements")

    # What is drawn

    @property
    def _statements(self) -> Statements | Unread | None:
        return self._covered.of(self.state, self.list.last)

    def show_state(self, state: State) -> None:
        """Draw the list where one of its sources changed, and the detail."""
        statements = self._statements
        if isinstance(statements, Unread):
            self._show_missing(statements)
            return
        if self.missing.display:
            self.missing.display, self.split.display = False, True
            if self.missing.has_focus_within:
                self.list.focus_list()
        found = notices.warnings(state, statements, self._covered) if statements is not None else ()
        self.warnings.display = bool(found)
        self.warnings.styles.height = max(len(found), 1)
        self.warnings.show(*found)
        self.list.show_statements(state, statements, self._covered)
        self._draw_detail()
        self._wishes.execution.follow(state)

    def _show_missing(self, unread: Unread) -> None:
        """Show why there is no list, and the way to one."""
        had_focus = self.split.has_focus_within
        self.missing.display, self.split.display, self.warnings.display = True, False, False
        self.missing.show(unread, self.state.sampled)
        if had_focus:
            self.missing.focus_notice()
        self._wishes.watch()

    def enter(self) -> None:
        """The tab is shown again, perhaps with nothing new to draw."""
        super().enter()
        if self.is_mounted and self.missing.display:
            self._wishes.watch()

    def _copied(self, row: QueryRow) -> str:
        if row.hidden:
            return notices.grant_to(self.state.connection.role)
        return text_of(self.state, row)[0] or ""

    def _draw_detail(self) -> None:
        statements, row = self._statements, self.table.row
        if row is None or not isinstance(statements, Statements):
            self.detail.show(None)
            return
        self.detail.show(self._wishes.look(statements, row))

    def _rested(self) -> None:
        """The cursor stays: draw the detail, and ask for what of the text is not known."""
        if not self.split.detail_in_sight and not self.split.has_class("-detail"):
            return
        self._draw_detail()
        self._look_up()

    def _look_up(self) -> None:
        row = self.table.row
        in_sight = self.split.detail_in_sight or self.split.has_class("-detail")
        if row is not None and in_sight and self._wishes.look_up(row, self.detail.part):
            self._draw_detail()

    # Where the person is

    def focus_default(self) -> None:
        """The list, or what stands in its place."""
        if self.missing.display:
            self.missing.focus_notice()
        else:
            self.list.focus_list()

    def place(self) -> Place:
        """The statement under the cursor."""
        row = self.table.row
        return Place(self.spec.name, row.id, self.detail.part) if row is not None else Place(self.spec.name)

    def visit(self, place: Place) -> bool:
        """Put the cursor on a statement, in the period in which it is to be found."""
        before = self._covered
        for covered in (before, *Covered):
            self._turn(covered)
            if self._move_to(place.object):
                break
        else:
            self._turn(before)
            return False
        if place.part:
            self.detail.show_part(place.part)
        self._rested()
        return True

    def _turn(self, covered: Covered) -> None:
        if covered is self._covered:
            return
        self._covered = covered
        self.list.order_next()
        self.show_state(self.state)

    def _move_to(self, object_id: str) -> bool:
        statements = self._statements
        if not isinstance(statements, Statements):
            return False
        found = next((e for e in statements.entries if f"query:{e.queryid}" == object_id), None)
        if found is not None and is_ours(found):
            self.list.unfold_own(True)
            self.show_state(self.state)
        return found is not None and self.list.reach(identity(found))

    def step_back(self) -> bool:
        """Leave the detail, else clear the filter."""
        return self.split.step_back()

    def fix_here(self) -> Finding | None:
        """The first finding about the statement that has a fix; where none are listed, what would list them."""
        if self.detail.part == ADVICE and self.split.detail_in_sight and self.detail.advice.row is not None:
            return advice_fix(self.detail.advice.row, self.state.catalog)
        row, checklist = self.table.row, self.state.checklist
        found = [finding for _, finding in (row.findings or ())] if row is not None else []
        if self.missing.display:
            result = checklist.result("pg-stat-statements-installed") if checklist is not None else None
            found = list(result.open_findings) if result is not None else []
        return next((finding for finding in found if finding.fix is not None), None)

    # Actions and messages

    def action_period(self) -> None:
        """Show the next period; the last interval only when one is over."""
        since = self.state.statements_since
        if isinstance(since, Unread) and not isinstance(self.state.statements, Unread):
            self.say(f"what ran {Covered.CONNECTED.value}: {since.reason}", "warn")
            return
        self._turn(self._covered.next(self.list.last))

    def action_own(self) -> None:
        """List our own statements one by one, or as one line."""
        self.list.unfold_own()
        self.show_state(self.state)

    def action_switch(self) -> None:
        """Go between what is missing and what was seen to run."""
        if self.missing.display:
            self.missing.switch()

    def action_part(self, name: str) -> None:
        """Show a part of the detail."""
        self.split.open(name)
        self.call_after_refresh(self._rested)

    def action_plan(self) -> None:
        """Show the plan, or what would run for it; where that is in sight already, ask for it."""
        if not self.split.detail_in_sight:
            self.action_part(PLAN)
        elif self.detail.part not in (PLAN, GROWTH, ADVICE):
            self.detail.show_part(PLAN)
            self._rested()
        else:
            self._ask_for_plan()

    @on(PlanSheet.Wanted)
    @on(AdvicePane.Wanted)
    def _ask_for_plan(self) -> None:
        row = self.table.row
        if row is not None and self._wishes.want(row, self.detail.part):
            self._draw_detail()

    def action_advice(self) -> None:
        """Show the advice for all that ran."""
        self._open_advice()

    @on(LineTable.Selected, "#advice-table")
    def _card_opened(self, event: LineTable.Selected) -> None:
        event.stop()
        advice = self._wishes.advice(self.table.row)
        if advice is not None:
            self._open_advice(advice, event.row)

    def _open_advice(self, advice: Advice | None = None, card: AdviceRow | None = None) -> None:
        from pgplumb.tui.screens.advice import AdviceScreen

        self.app.push_screen(AdviceScreen(self.store, advice, card), self._chosen)

    def _chosen(self, finding: Finding | None) -> None:
        if finding is not None:
            self.compose_fix(finding)

    def action_values(self) -> None:
        """Show the plan for other values."""
        pane = self.detail.growth if self.detail.part == GROWTH else self.detail.plan
        shown = self.split.detail_in_sight and self.detail.part in (PLAN, GROWTH)
        if not shown or not pane.next_view():
            self.say("there is one plan to see here" if shown else "this is about plans: p shows one")

    def action_execute(self) -> None:
        """Propose to execute the statement."""
        row = self.table.row
        if row is not None and self._wishes.execute(row, self.detail.plan.setting):
            if self.detail.part != PLAN or not self.split.detail_in_sight:
                self.action_part(PLAN)
            self._draw_detail()

    @on(DetailPane.PartShown)
    def _part_shown(self) -> None:
        self._look_up()

    @on(PlanSheet.Followed)
    def _node_followed(self, event: PlanSheet.Followed) -> None:
        catalog = self.state.catalog
        relation = catalog.by_name.get(event.relation) if catalog is not None else None
        if relation is not None:
            self.go_to_object(relation.id)

    @on(QueryDetail.Followed)
    def _followed(self, event: QueryDetail.Followed) -> None:
        self.go_to_object(event.target)

    @on(LineTable.Highlighted)
    def _row_reached(self, event: LineTable.Highlighted) -> None:
        if event.table is self.table:
            self.list.moved = True
            row = self.table.row
            self.point_at(row.id if row is not None else None, 0)
            self.when_resting(self._rested)

    @on(LineTable.Selected)
    def _opened(self, event: LineTable.Selected) -> None:
        if event.table is self.table:
            self.split.open()
            self.call_after_refresh(self._rested)
