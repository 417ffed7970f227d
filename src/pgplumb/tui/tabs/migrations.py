"""Migrations."""

from __future__ import annotations

from textual.app import ComposeResult

from pgplumb.tui.tab import Tab
from pgplumb.tui.widgets.ink import Span, line
from pgplumb.tui.widgets.text_pane import TextPane


class MigrationsTab(Tab):
    """Migrations."""

    def compose(self) -> ComposeResult:
        """A text."""
        self.pane = TextPane((line(Span(" Migrations", "muted")),))
        yield self.pane

    def focus_default(self) -> None:
        """The text."""
        self.pane.focus()
