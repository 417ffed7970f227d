"""What stands in place of the list where statements are not counted: why, and what was seen to run meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import age, percent
from pgplumb.tui.tabs.detail.part import DetailRow, column
from pgplumb.tui.tabs.query import notices
from pgplumb.tui.tabs.query.reading import NoticePane
from pgplumb.tui.tabs.query.sql_text import one_line
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.workload.statements import StatementsUnread

if TYPE_CHECKING:
    from pgplumb.workload.sampling import Sample, Sampled

COLUMNS = (
    column(0, "seen", width=6, right=True),
    column(1, "share", width=6, right=True, priority=1),
    column(2, "longest", width=8, right=True, priority=1),
    column(3, "waits for", width=24, priority=3),
    column(4, "role", width=12, priority=2),
    replace(column(5, "statement", grow=True), min_width=30),
)


class MissingPane(Vertical):
    """The notice, and below it the statements that were seen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.notice = NoticePane()
        self.heading = LineLabel(id="queries-sampled-heading")
        self.table = LineTable[DetailRow](
            COLUMNS,
            key=lambda row: row.key,
            text=lambda row: row.copy,
            kinds=RowKind(copy=lambda row: row.copy),
            id="queries-sampled",
        )

    def compose(self) -> ComposeResult:
        """Notice, heading, list."""
        yield self.notice
        yield self.heading
        yield self.table

    def show(self, unread: Unread, sampled: Sampled | None) -> None:
        """Say what is missing, and what was seen."""
        sql = unread.sql if isinstance(unread, StatementsUnread) else None
        self.notice.show_notice(notices.unread_lines(unread, short=sampled is not None), sql or "")
        self.heading.display = self.table.display = sampled is not None
        if sampled is not None:
            self.heading.show(heading(sampled), remark(sampled))
            rows = [_row(sampled, sample) for sample in sampled.entries]
            self.table.show(rows, (line(Span("nothing was seen to run", "muted")),))
        elif self.table.has_focus:
            self.focus_notice()

    def focus_notice(self) -> None:
        """Give the focus to the notice."""
        self.notice.focus()

    def switch(self) -> None:
        """Go between the notice and the list."""
        if self.table.display and not self.table.has_focus:
            self.table.focus()
        else:
            self.notice.focus()


def heading(sampled: Sampled) -> Line:
    """Return what the list is: how many looks, since when."""
    looks = f"{sampled.looks:,} sample{'s' if sampled.looks != 1 else ''}"
    return line(
        Span("sampled", "accent"), Span(f"  {looks} since {sampled.since:%H:%M:%S}, one a second", "text")
    )


def remark(sampled: Sampled) -> Line:
    """Return what the list cannot show."""
    if sampled.hidden:
        return line(
            Span(f"{sampled.hidden:,} sessions are hidden: needs pg_read_all_stats", "unknown"),
        )
    if sampled.disabled:
        return line(Span(f"{sampled.disabled:,} sessions do not tell: track_activities is off", "unknown"))
    return line(Span("no totals: what is over within a second is seldom seen", "muted"))


def _row(sampled: Sampled, sample: Sample) -> DetailRow:
    wait, times = sample.waits[0]
    others = f" +{len(sample.waits) - 1}" if len(sample.waits) > 1 else ""
    shown = f"{wait} {percent(times / sample.seen)}{others}" if times < sample.seen else wait
    return DetailRow(
        (sample.role, sample.fingerprint),
        (
            f"{sample.seen:,}",
            percent(sampled.share(sample)),
            age(sample.longest_s),
            Span(shown, "muted" if wait == "running" else "text"),
            sample.role,
            one_line(sample.query),
        ),
        None,
        sample.query,
    )
