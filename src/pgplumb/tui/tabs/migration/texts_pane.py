"""The two texts of a migration: one is shown, or both where there is room."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from pgplumb.sql.line_highlight import highlight_line
from pgplumb.tui.tabs.migration import guide
from pgplumb.tui.tabs.migration.known import Known
from pgplumb.tui.tabs.migration.rows import Side
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.editor.code_editor import CodeEditor
from pgplumb.tui.widgets.ink import Line, Span, ends, line, width_of
from pgplumb.tui.widgets.line_view import LineView


class TitleLine(LineView):
    """A title at the left and something at the right, on a rule where it parts two texts."""

    DEFAULT_CSS = "TitleLine { height: 1; }"

    def __init__(self, *, ruled: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ruled = ruled
        self._left: Line = ()
        self._right: Line = ()

    def show(self, left: Line, right: Line = ()) -> None:
        """Set both ends."""
        self._left, self._right = left, right
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return the line."""
        width = self.content_size.width
        if not self._ruled:
            return ends((Span(" "), *self._left), (*self._right, Span(" ")), width)
        rest = max(width - width_of(self._left) - 3, 0)
        return line(Span(glyphs.RULE, "rule"), " ", *self._left, " ", Span(glyphs.RULE * rest, "rule"))


class TextsPane(Vertical):
    """Up and down. The class `-down` says which of them is the one that keys are about."""

    def __init__(self) -> None:
        super().__init__(id="migration-texts")
        self.up = CodeEditor(highlight_line, guide.UP, id="up")
        self.down = CodeEditor(highlight_line, guide.DOWN, id="down")
        self.parting = TitleLine(ruled=True, id="down-title")

    def compose(self) -> ComposeResult:
        """The up above the down."""
        yield self.up
        yield self.parting
        yield self.down

    @property
    def side(self) -> Side:
        """Which text keys are about."""
        return "down" if self.has_class("-down") else "up"

    @property
    def current(self) -> CodeEditor:
        """The editor of that text."""
        return self.editor(self.side)

    @property
    def both_in_sight(self) -> bool:
        """Whether there is room for both."""
        return self.parting.display and self.parting.region.height > 0

    def editor(self, side: Side) -> CodeEditor:
        """Return the editor of a text."""
        return self.up if side == "up" else self.down

    def turn_to(self, side: Side) -> None:
        """Make one text the one that keys are about."""
        self.set_class(side == "down", "-down")

    def remark(self, known: Known) -> None:
        """Show what is known beside the lines."""
        self.up.remark(known.beside_up)
        self.down.remark(known.beside_down)
