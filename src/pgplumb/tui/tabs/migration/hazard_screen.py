"""A row of the list in full, with safer SQL to copy or to take over."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.clipboard import copy
from pgplumb.tui.tabs.migration.detail import detail_lines
from pgplumb.tui.tabs.migration.rows import Row
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane

ACTIONS = declare(
    "hazard",
    Action("close", "escape q", "close", "Close.", hint=40, palette=False),
    Action("copy", "y", "copy", "Copy the safer SQL.", hint=10, palette=False),
    Action(
        "use", "u", "use it", "Put the safer SQL into the text; undo takes it back.", hint=20, palette=False
    ),
    Action("edit", "e enter", "edit", "Go to the statement in the text.", hint=30, palette=False),
)
Wish = Literal["use", "edit"]


class HazardScreen(Overlay[Wish | None]):
    """Dismissed with what is to be done with it."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, row: Row, text: str) -> None:
        super().__init__()
        self._row = row
        self._text = text
        self._safer = row.hazard.safer if row.hazard is not None else None
        self._frame = Vertical(classes="frame")

    def compose(self) -> ComposeResult:
        """The text."""
        mark = self._row.mark
        name = self._row.hazard.id if self._row.hazard is not None else "what is not known"
        with self._frame:
            self._frame.border_title = f"{mark.glyph} {mark.word}  {name}" if mark else name
            self._frame.border_subtitle = (
                "y copy the safer SQL   u use it   e edit   esc close"
                if self._safer
                else "e edit   esc close"
            )
            yield TextPane(detail_lines(self._row, self._text), indent=2)

    def action_copy(self) -> None:
        """Copy the safer SQL."""
        if self._safer:
            self._frame.border_subtitle = copy(self.app, self._safer)

    def action_use(self) -> None:
        """Take the safer SQL over."""
        if self._safer:
            self.dismiss("use")

    def action_edit(self) -> None:
        """Go to the statement."""
        self.dismiss("edit")

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)
