"""Asks for the reason why something is done although an item of the pre-flight list stands against it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from pgplumb.tui.actions import bindings
from pgplumb.tui.tabs.migration.actions import REASON
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Span
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane


class ReasonScreen(Overlay[str | None]):
    """Dismissed with the reason, which is recorded in the history; None where there is none."""

    ACTIONS: ClassVar = REASON
    BINDINGS: ClassVar[list[BindingType]] = bindings(REASON)

    def __init__(self, title: str, evidence: str) -> None:
        super().__init__()
        self._title = title
        self._evidence = evidence

    def compose(self) -> ComposeResult:
        """What stands against it, and the reason."""
        with Vertical(classes="frame") as frame:
            frame.border_title = f"Waive: {self._title}"
            text = TextPane(((Span(self._evidence, "warn"),),), indent=0)
            text.can_focus = False
            yield text
            yield LineLabel((Span("why it may run all the same; it is kept in the history", "muted"),))
            yield TextField()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())

    def action_close(self) -> None:
        """Waive nothing."""
        self.dismiss(None)
