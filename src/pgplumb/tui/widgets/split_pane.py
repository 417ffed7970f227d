"""SplitPane: a list with the detail of its row below; on a small screen one of them at a time."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.widgets.detail_pane import DetailPane
from pgplumb.tui.widgets.filter_input import ListPane

ACTIONS = declare(
    "detail",
    Action("next_part", "tab", "next part", "Show the next part of the detail.", hint=20, palette=False),
    Action("previous_part", "shift+tab", "part before", "Show the part of the detail before.", palette=False),
    Action("zoom", "z", "zoom", "Give the detail the whole room, or take it back."),
)


class SplitPane(Vertical):
    """`open` goes to the detail, `close` back to the list. Which are in sight follows the size (app.tcss)."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, upper: ListPane, detail: DetailPane, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.upper = upper
        self.detail = detail

    def compose(self) -> ComposeResult:
        """The list, the detail."""
        yield self.upper
        yield self.detail

    @property
    def detail_in_sight(self) -> bool:
        """Whether the detail is on the screen, so that it is worth drawing."""
        return self.detail.display and self.detail.region.height > 0

    def open(self, part: str = "") -> None:
        """Go to the detail, to one of its parts where named."""
        if part:
            self.detail.show_part(part)
        self.add_class("-detail")
        self.detail.focus_part()

    def close(self) -> bool:
        """Go back to the list; False where that is where one is."""
        if not self.has_class("-detail"):
            return False
        self.remove_class("-detail", "-zoomed")
        self.upper.focus_list()
        return True

    def step_back(self) -> bool:
        """Answer Esc: from the detail to the list, then clear the filter. False where there is nothing to do."""
        return self.close() or self.upper.clear_filter()

    def action_next_part(self) -> None:
        """Show the next part."""
        self._step(1)

    def action_previous_part(self) -> None:
        """Show the part before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        if self.detail_in_sight:
            self.detail.step_part(step)
        else:
            self.open()

    def action_zoom(self) -> None:
        """Give the detail the whole room, or take it back."""
        self.toggle_class("-zoomed")
        if self.has_class("-zoomed"):
            self.open()
