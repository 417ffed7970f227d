"""The line that says how a migration stands, in a few words; at a small size it stands for the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.tabs.migration.rows import ERROR, IGNORED, INFO, UNKNOWN, WARNING, Row
from pgplumb.tui.widgets.glyphs import CURSOR, Mark
from pgplumb.tui.widgets.ink import Line, Span, ends
from pgplumb.tui.widgets.line_view import LineView
from pgplumb.tui.widgets.palette import Ground

ACTIONS = declare(
    "summary",
    Action("open", "enter", "open", "Show statements, locks and hazards in full.", hint=5, palette=False),
)


def counts(rows: Sequence[Row], *, measured: bool = False) -> Line:
    """Return how much of what was found, with signs and words; never that a migration is safe."""
    marks = [row.mark for row in rows if row.mark is not None]
    spans: list[Span] = []
    for mark in (ERROR, WARNING, INFO, UNKNOWN, IGNORED):
        number = marks.count(mark)
        if number:
            spans += [Span("  "), Span(f"{mark.glyph} {number} {_plural(mark, number)}", mark.ink)]
    if spans:
        return tuple(spans[1:])
    if not rows:
        return (Span("no statement yet", "muted"),)
    if measured:
        return (Span("no hazard was found in the rehearsal", "muted"),)
    return (Span("no hazard is known without a rehearsal", "muted"),)


def _plural(mark: Mark, number: int) -> str:
    return f"{mark.word}s" if mark in (ERROR, WARNING) and number != 1 else mark.word


class SummaryLine(LineView, can_focus=True):
    """One line; Enter opens the list where that is not in sight."""

    DEFAULT_CSS = "SummaryLine { height: 1; }"
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    class Opened(Message):
        """The list is wanted."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._left: Line = ()
        self._right: Line = ()

    def show(self, left: Line, right: Line = ()) -> None:
        """Set what stands at both ends."""
        self._left, self._right = left, right
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return the line."""
        mark = Span(f"{CURSOR} " if self.has_focus else "  ", "accent")
        return ends((mark, *self._left), (*self._right, Span(" ")), self.content_size.width)

    def ground_at(self, y: int) -> Ground:
        """It stands out while it has the focus."""
        return "cursor" if self.has_focus else "plain"

    def action_open(self) -> None:
        """Say that the list is wanted."""
        self.post_message(self.Opened())

    def on_click(self) -> None:
        """The same with the mouse."""
        self.post_message(self.Opened())
