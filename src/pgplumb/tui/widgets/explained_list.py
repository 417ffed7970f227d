"""ExplainedList: a heading, counts, a list, and below it what the row under the cursor says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from pgplumb.tui.widgets.ink import Line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.rule_line import RuleLine
from pgplumb.tui.widgets.text_pane import TextPane


class ExplainedList(Vertical):
    """A subclass says what stands in the heading, what a row says, and what follows from choosing it."""

    def __init__(self, table: LineTable[Any], listed: Widget | None = None, *, id: str) -> None:  # noqa: A002
        """`listed` is what holds the table, where it does not stand there alone."""
        super().__init__(id=id)
        self.heading = LineLabel(id=f"{id}-heading")
        self.counts = LineLabel(id=f"{id}-counts")
        self._table = table
        self._listed = listed or table
        self._rule = RuleLine(id=f"{id}-rule")
        self._foot = TextPane(indent=0, id=f"{id}-foot")
        self._foot.can_focus = False

    def draw_heading(self) -> None:
        """Draw the heading, which depends on the width."""
        raise NotImplementedError

    def said_of(self, row: Any) -> Sequence[Line]:
        """Return what a row says; None stands for no row."""
        raise NotImplementedError

    def chosen(self, row: Any) -> None:
        """Do what choosing a row is for."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.heading
        yield self.counts
        yield self._listed
        yield self._rule
        yield self._foot

    def explain(self) -> None:
        """Say what the row under the cursor says."""
        self._foot.show(self.said_of(self._table.row), keep_place=False)

    def on_resize(self) -> None:
        """Draw what depends on the width."""
        self.draw_heading()

    @on(LineTable.Highlighted)
    def _moved(self, event: LineTable.Highlighted) -> None:
        event.stop()
        self.explain()

    @on(LineTable.Selected)
    def _selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.chosen(event.row)
