"""The confirmation that stands before everything that changes a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane

ACTIONS = declare(
    "confirm",
    Action("yes", "y", "yes", "Go on, where nothing has to be typed.", hint=10, palette=False),
    Action("no", "escape n", "no", "Do nothing.", hint=20, palette=False),
)


class ConfirmScreen(Overlay[bool]):
    """Says exactly what will happen and where; with `expected`, that name must be typed."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, title: str, lines: Sequence[Line], expected: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._expected = expected

    def compose(self) -> ComposeResult:
        """What will happen, and how to agree."""
        with Vertical(classes="frame") as frame:
            frame.border_title = self._title
            text = TextPane(self._lines, indent=0, says_more=True)
            yield text
            if self._expected is None:
                yield LineLabel(
                    (Span("y", "key"), Span(" yes   ", "muted"), Span("esc", "key"), Span(" no", "muted"))
                )
            else:
                text.can_focus = False
                yield LineLabel(
                    (Span("type ", "muted"), Span(self._expected, "strong"), Span(" and Enter", "muted"))
                )
                yield TextField()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._expected:
            self.dismiss(True)
        else:
            event.input.value = ""

    def action_yes(self) -> None:
        """Agree."""
        if self._expected is None:
            self.dismiss(True)

    def action_no(self) -> None:
        """Refuse."""
        self.dismiss(False)
