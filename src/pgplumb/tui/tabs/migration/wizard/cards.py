"""CardsPane: the ways to the same end, at most three, to choose one of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from pgplumb.tui.actions import bindings
from pgplumb.tui.tabs.migration.actions import CARDS
from pgplumb.tui.tabs.migration.wizard.badges import card_lines
from pgplumb.tui.tabs.migration.wizard.preview import Way
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_view import LineView
from pgplumb.tui.widgets.palette import Ground

_LINES = 4
"""Of a card."""


class CardsPane(LineView, can_focus=True):
    """One card a way."""

    ACTIONS: ClassVar = CARDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(CARDS)

    class Moved(Message):
        """Another way is pointed at."""

    class Taken(Message):
        """The way that is pointed at shall be it."""

    def __init__(self) -> None:
        super().__init__(id="wizard-cards")
        self._ways: tuple[Way, ...] = ()
        self._at = 0

    @property
    def way(self) -> Way | None:
        """The way that is pointed at."""
        return self._ways[self._at] if self._ways else None

    def show(self, ways: Sequence[Way]) -> None:
        """Show ways; the one that was pointed at stays so, by its name."""
        before = self.way.strategy.name if self.way is not None else None
        self._ways = tuple(ways)
        names = [way.strategy.name for way in ways]
        self._at = names.index(before) if before in names else 0
        self.repaint()

    @property
    def _height(self) -> int:
        """Lines from one card to the next: with an empty one between them where there is room."""
        return _LINES + (self.content_size.height >= (_LINES + 1) * len(self._ways))

    def line_at(self, y: int) -> Line:
        """Return a line of a card."""
        number, line = divmod(y, self._height)
        if number >= len(self._ways) or line == _LINES:
            return ()
        mark = glyphs.CURSOR if number == self._at else " "
        return (Span(f"{mark} ", "accent"), *card_lines(self._ways[number], number == 0)[line])

    def ground_at(self, y: int) -> Ground:
        """The card that is pointed at stands out."""
        number, line = divmod(y, self._height)
        if number != self._at or line == _LINES or number >= len(self._ways):
            return "plain"
        return "cursor" if self.has_focus else "cursor-idle"

    def action_next(self) -> None:
        """Take it."""
        if self._ways:
            self.post_message(self.Taken())

    def action_down(self) -> None:
        """Point at the next."""
        self._point(self._at + 1)

    def action_up(self) -> None:
        """Point at the one before."""
        self._point(self._at - 1)

    def _point(self, at: int) -> None:
        if 0 <= at < len(self._ways):
            self._at = at
            self.repaint()
            self.post_message(self.Moved())
