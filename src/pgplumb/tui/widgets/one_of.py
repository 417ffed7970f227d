"""OneOf: a pane of several widgets of which one is shown, and has the pane's focus."""

from __future__ import annotations

from typing import Self

from textual import events
from textual.containers import Vertical
from textual.widget import Widget


class OneOf(Vertical):
    """A subclass says in `shown` which widget it is."""

    @property
    def shown(self) -> Widget:
        """The widget that is shown."""
        raise NotImplementedError

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to what is shown."""
        self.shown.focus()
        return self

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Pass the focus on where it was on its way to what is no longer shown."""
        if event.widget is not self.shown:
            self.shown.focus()

    def hand_on(self, had_focus: bool) -> None:
        """Give what is shown now the focus that something else in the pane had."""
        if had_focus and not self.shown.has_focus:
            self.shown.focus()
