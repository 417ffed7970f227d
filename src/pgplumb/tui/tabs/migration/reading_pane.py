"""What is known of the migration: a line that sums it up, the list, and the row under the cursor in full."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.timer import Timer

from pgplumb.tui.tabs.migration.detail import detail_lines
from pgplumb.tui.tabs.migration.known import Known
from pgplumb.tui.tabs.migration.reading import Reading
from pgplumb.tui.tabs.migration.rows import Row
from pgplumb.tui.tabs.migration.summary import SummaryLine, counts
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.rule_line import RuleLine
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.text_pane import TextPane

_LONG = 0.5
"""Seconds after which it is said that a text is still being read."""


class ReadingPane(Vertical):
    """Follows the readings. What of it is in sight depends on the size (migrations.tcss)."""

    def __init__(self) -> None:
        super().__init__(id="migration-reading")
        self.summary = SummaryLine(id="migration-summary")
        self.table = LineTable[Row](
            (Column[Row]("line", "", lambda row: row.line, grow=True, max_width=400),),
            key=lambda row: row.key,
            text=lambda row: row.copy,
            kinds=RowKind(
                whole=lambda row: row.line,
                selectable=lambda row: row.kind != "heading",
                copy=lambda row: row.copy,
            ),
            header=False,
            id="migration-rows",
        )
        self.detail = TextPane(id="migration-detail")
        self.known: Known | None = None
        self._timer: Timer | None = None
        self._fresh = True

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield RuleLine(id="migration-rule")
        yield self.summary
        yield self.table
        yield RuleLine(id="detail-rule")
        yield self.detail

    def on_mount(self) -> None:
        """There is nothing yet."""
        self.summary.show(counts(()))
        self.detail.can_focus = False
        self.screen.screen_layout_refresh_signal.subscribe(self, self._laid_out)

    @property
    def reading(self) -> Reading | None:
        """What is shown."""
        return self.known.reading if self.known is not None else None

    def show(self, known: Known) -> None:
        """Show what was found out."""
        self.known = known
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        job = known.reading.job
        if known.reading.measured is not None:
            source = "rehearsed"
        else:
            source = "static" if job.catalog is None else "catalog"
        self.summary.show(
            known.summary, (Span(f"{job.mode} · {source}" if known.rows else job.mode, "muted"),)
        )
        self.table.show(known.rows)
        if self._fresh:
            self._fresh = False
            self.table.action_first()
        self._show_detail()

    def begin(self) -> None:
        """Another migration is opened: start from the top of its list."""
        self._fresh = True

    def expect(self) -> None:
        """A reading was asked for: say so where it takes long."""
        if self._timer is None:
            self._timer = self.set_timer(_LONG, self._say_reading)

    @property
    def list_in_sight(self) -> bool:
        """Whether the list is on the screen."""
        return self.table.display and self.table.region.height > 0

    def focus_main(self) -> None:
        """Give the focus to the list, or to the line that stands for it."""
        (self.table if self.table.display else self.summary).focus()

    def _laid_out(self, screen: Screen[object]) -> None:
        """The list has come into sight, or gone: the focus is where the keys are."""
        if (self.summary.has_focus and self.list_in_sight) or (
            self.table.has_focus and not self.list_in_sight
        ):
            self.focus_main()

    def _say_reading(self) -> None:
        left = self.known.summary if self.known is not None else ()
        self.summary.show(left, (Span("reading the text", "muted"),))

    def _show_detail(self) -> None:
        row, reading = self.table.row, self.reading
        text = "" if reading is None else reading.text(row.side) if row is not None else ""
        self.detail.show(detail_lines(row, text), keep_place=False)

    @on(LineTable.Highlighted)
    def _moved(self) -> None:
        self._show_detail()
