"""The pane beside a migration: what would be after it, in the place of the checklist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.tabs.migration.after_detail import in_full, title_of
from pgplumb.tui.tabs.migration.after_rows import AfterRow, after_rows, counts_after
from pgplumb.tui.tabs.migration.trial import Trial
from pgplumb.tui.widgets.columns import MARGIN, Column
from pgplumb.tui.widgets.explained_list import ExplainedList
from pgplumb.tui.widgets.ink import Line, Span, ends
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.text_pane import TextPane

ACTIONS = declare(
    "in_full",
    Action("close", "escape q", "close", "Close.", hint=40, palette=False),
)


class InFullScreen(Overlay[None]):
    """A row of the pane with everything that is known of it."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, row: AfterRow) -> None:
        super().__init__()
        self._row = row

    def compose(self) -> ComposeResult:
        """The text."""
        with Vertical(classes="frame") as frame:
            frame.border_title = title_of(self._row)
            frame.border_subtitle = "y copy   esc close"
            yield TextPane(in_full(self._row), indent=2)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)


class AfterPane(ExplainedList):
    """What is listed stands in the lines of its rows."""

    def __init__(self) -> None:
        self.table = LineTable[AfterRow](
            (Column[AfterRow]("row", "", lambda row: row.left, width=1),),
            key=lambda row: row.key,
            text=lambda row: "".join(span.text for span in row.left),
            kinds=RowKind(
                whole=lambda row: row.line(max(self.table.content_size.width - MARGIN - 1, 0)),
                selectable=lambda row: row.kind != "heading",
                copy=lambda row: "".join(span.text for span in (*row.left, Span("  "), *row.right)).strip(),
            ),
            header=False,
            id="after-rows",
        )
        super().__init__(self.table, id="after")
        self._trial = Trial()

    def show(self, trial: Trial) -> None:
        """Show what is known."""
        self._trial = trial
        rows = after_rows(trial)
        self.table.show(rows, ((Span(trial.doing or "nothing is rehearsed yet", "muted"),),))
        self.draw_heading()
        self.explain()

    def draw_heading(self) -> None:
        """Say how current it is, and how many findings come and go."""
        width = self.heading.content_size.width or 30
        self.heading.show(
            ends(Span(" AFTER THIS MIGRATION", "muted"), (*_state(self._trial), Span(" ")), width)
        )
        found = self._trial.found
        checked = found.checklist if found is not None else None
        counts = counts_after(checked.before, checked.after) if checked is not None else ()
        self.counts.show((Span(" "), *counts))

    def said_of(self, row: AfterRow | None) -> Sequence[Line]:
        """All that is known of it."""
        return in_full(row)

    def chosen(self, row: AfterRow) -> None:
        """Show it on a screen of its own where it does not fit here."""
        if row.opens:
            self.app.push_screen(InFullScreen(row))


def _state(trial: Trial) -> Line:
    """Return how current it is."""
    found = trial.found
    if found is None:
        return ()
    if trial.older:
        return (Span("of the text before", "faint"),)
    milliseconds = found.rehearsal.seconds * 1000
    return (Span(f"rehearsed in {milliseconds:,.0f} ms", "faint"),)
