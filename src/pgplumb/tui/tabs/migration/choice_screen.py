"""Asks what becomes of a text that would be lost."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.widgets.ink import Span, line
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane

ACTIONS = declare(
    "replace",
    Action("replace", "r", "replace", "Put the new text in the place of the old one.", palette=False),
    Action("append", "a", "append", "Put the new text behind the old one.", palette=False),
    Action("cancel", "escape", "cancel", "Leave the old text as it is.", palette=False),
)
Answer = Literal["replace", "append"]


class ReplaceScreen(Overlay[Answer | None]):
    """Dismissed with what was chosen, or None."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, old: str, new: str, appends: bool) -> None:
        """`old` and `new` name the two for people."""
        super().__init__()
        self._lines = (line("not saved  ", Span(old, "strong")), line("instead    ", Span(new, "strong")))
        self._appends = appends

    def compose(self) -> ComposeResult:
        """What is open, and the keys."""
        keys = [("r", "replace"), *([("a", "append")] if self._appends else ()), ("esc", "leave it")]
        spans = [span for key, word in keys for span in (Span(key, "key"), Span(f" {word}   ", "muted"))]
        with Vertical(classes="frame") as frame:
            frame.border_title = "Replace what is not saved?"
            yield TextPane((*self._lines, (), tuple(spans)), indent=0)

    def action_replace(self) -> None:
        """Replace."""
        self.dismiss("replace")

    def action_append(self) -> None:
        """Append."""
        if self._appends:
            self.dismiss("append")

    def action_cancel(self) -> None:
        """Do nothing."""
        self.dismiss(None)
