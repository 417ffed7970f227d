"""The list of statements: figures change in their places, and places change seldom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pgplumb.tui.tabs.query import notices
from pgplumb.tui.tabs.query.columns import COLUMNS, TIME
from pgplumb.tui.tabs.query.rows import BLOCK, QueryRow, query_rows
from pgplumb.tui.tabs.query.trend import Trend
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.steady_table import SteadyTable
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.workload.statements import Statements

if TYPE_CHECKING:
    from pgplumb.catalog.unread import Unread
    from pgplumb.tui.state import State

ORDER_SECONDS = 10.0
"""How long rows keep their places at least, while their figures are read anew."""
ROOMY = 90
"""From so many columns on the heading says how much ran."""


class QueryList(ListPane):
    """A SteadyTable of QueryRows under its filter line, with the period that it covers."""

    table: SteadyTable[QueryRow]

    def __init__(self, copied: Callable[[QueryRow], str]) -> None:
        """`copied` gives what `y` copies of a row."""
        table = SteadyTable[QueryRow](
            COLUMNS,
            key=lambda row: row.key,
            text=lambda row: row.haystack,
            kinds=RowKind(copy=copied),
            id="queries-table",
        )
        table.sort_by(TIME, True)
        super().__init__(table, noun="statements")
        self.moved = False
        """Whether somebody moved the cursor since the last reading."""
        self._own = False
        self._trend = Trend()
        self._drawn: tuple[object, ...] = ()
        self._ordered: Statements | None = None
        self._shown: tuple[Statements, notices.Covered] | None = None

    def follow(self, totals: Statements | Unread | None) -> None:
        """Take a reading for the trends, also while the list is not shown."""
        if isinstance(totals, Statements):
            self._trend.add(totals)
        elif totals is None:
            self._trend = Trend()

    @property
    def last(self) -> Statements | None:
        """What ran in the newest interval of the trends; None before the first one is over."""
        return self._trend.last

    def show_statements(self, state: State, statements: Statements | None, covered: notices.Covered) -> None:
        """Draw a reading, where anything that is drawn has changed."""
        block = block_size(state)
        waiting = (state.connection, state.problems) if statements is None else (None, None)
        sources = (
            *(statements, state.checklist, self._trend.intervals, *waiting),
            *(covered, block, self._own),
        )
        if len(sources) == len(self._drawn) and all(
            a is b for a, b in zip(sources, self._drawn, strict=True)
        ):
            return
        self._drawn = sources
        if statements is None:
            self._shown = None
            self.table.show((), (notices.waiting(state),))
            self.note()
            return
        self._shown = (statements, covered)
        rows = query_rows(statements, self._trend.intervals, state.checklist, block=block, own=self._own)
        self.table.show(rows, notices.empty(covered), order=self._order_is_due(statements))
        self._show_period()

    def order_next(self) -> None:
        """Let the next reading order the rows."""
        self._ordered = None

    def unfold_own(self, unfolded: bool | None = None) -> None:
        """List our own statements one by one, or as one line; the other way where nothing is said."""
        self._own = not self._own if unfolded is None else unfolded
        self.order_next()

    def on_resize(self) -> None:
        """The heading says more where there is room."""
        self._show_period()

    def _show_period(self) -> None:
        if self._shown is not None:
            self.note(*notices.period(*self._shown, long=self.size.width >= ROOMY))

    def _order_is_due(self, statements: Statements) -> bool:
        """Rows change places seldom, and never while somebody moves among them."""
        last = self._ordered
        moved, self.moved = self.moved, False
        waited = last is None or (statements.read_at - last.read_at).total_seconds() >= ORDER_SECONDS
        if last is not None and (moved or not waited):
            return False
        self._ordered = statements
        return True


def block_size(state: State) -> int:
    """Return the bytes of a block."""
    setting = state.catalog.setting("block_size") if state.catalog is not None else None
    return int(setting) if setting and setting.isdigit() else BLOCK
