"""TextPane: lines of styled text to read and scroll, such as a definition, evidence or help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size

from pgplumb.foundation.text import count
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span, ends, text_of
from pgplumb.tui.widgets.line_view import LineView
from pgplumb.tui.widgets.wrap import wrap

ACTIONS = declare(
    "text",
    Action("down", "j down", "down", "Scroll down one line.", palette=False),
    Action("up", "k up", "up", "Scroll up one line.", palette=False),
    Action("first", "g home", "first", "Go to the first line.", palette=False),
    Action("last", "G end", "last", "Go to the last line.", palette=False),
    Action("half_down", "ctrl+d", "half down", "Scroll down half a page.", palette=False),
    Action("half_up", "ctrl+u", "half up", "Scroll up half a page.", palette=False),
    Action("page_down", "pagedown ctrl+f", "page down", "Scroll down a page.", palette=False),
    Action("page_up", "pageup", "page up", "Scroll up a page.", palette=False),
)


class TextPane(LineView, can_focus=True):
    """A scrollable text. Long lines are wrapped, or cut at the edge with `wraps=False`."""

    DEFAULT_CSS = "TextPane { height: 1fr; }"
    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        wraps: bool = True,
        indent: int = 2,
        says_more: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """With `says_more` the last line in sight says how many are below it."""
        super().__init__(id=id, classes=classes)
        self.wraps = wraps
        self._says_more = says_more
        self._indent = indent
        self._lines: tuple[Line, ...] = tuple(lines)
        self._laid_out: list[Line] = []
        self._width = -1
        self._top = 0

    def show(self, lines: Sequence[Line], *, keep_place: bool = True) -> None:
        """Replace the text. The place that was scrolled to is kept unless it is another text."""
        self._lines = tuple(lines)
        self._width = -1
        if not keep_place:
            self._top = 0
        self._scroll(0)

    def copy_text(self) -> str:
        """Return what `y` copies: the whole text."""
        return "\n".join(map(text_of, self._lines))

    def line_count(self) -> int:
        """Lines as they are laid out at this width."""
        return len(self._layout())

    def line_at(self, y: int) -> Line:
        """Return a line of the text."""
        lines = self._layout()
        at = self._top + y
        below = len(lines) - self._top - self.content_size.height
        if self._says_more and below > 0 and y == self.content_size.height - 1:
            more = Span(f"{glyphs.DESCENDING} {count(below)} more", "accent")
            return ends(lines[at], (Span("  "), more), self.content_size.width)
        return lines[at] if at < len(lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of the text at a width (called by Textual)."""
        return len(self._layout(width))

    def _layout(self, width: int | None = None) -> list[Line]:
        width = self.content_size.width if width is None else width
        if self._width != width:
            self._width = width
            self._laid_out = (
                [part for one in self._lines for part in wrap(one, width, self._indent)]
                if self.wraps and width > 0
                else list(self._lines)
            )
        return self._laid_out

    def _scroll(self, lines: int) -> None:
        last = max(len(self._layout()) - self.content_size.height, 0)
        self._top = min(max(self._top + lines, 0), last)
        self.repaint()

    def on_resize(self) -> None:
        """Stay within the text at another size."""
        self._scroll(0)

    def action_down(self) -> None:
        """Scroll down one line."""
        self._scroll(1)

    def action_up(self) -> None:
        """Scroll up one line."""
        self._scroll(-1)

    def action_first(self) -> None:
        """Go to the first line."""
        self._scroll(-self._top)

    def action_last(self) -> None:
        """Go to the last line."""
        self._scroll(len(self._layout()))

    def action_half_down(self) -> None:
        """Scroll down half a page."""
        self._scroll(max(self.content_size.height // 2, 1))

    def action_half_up(self) -> None:
        """Scroll up half a page."""
        self._scroll(-max(self.content_size.height // 2, 1))

    def action_page_down(self) -> None:
        """Scroll down a page."""
        self._scroll(max(self.content_size.height - 1, 1))

    def action_page_up(self) -> None:
        """Scroll up a page."""
        self._scroll(-max(self.content_size.height - 1, 1))

    def on_mouse_scroll_down(self) -> None:
        """Scroll with the wheel."""
        self._scroll(3)

    def on_mouse_scroll_up(self) -> None:
        """Scroll with the wheel."""
        self._scroll(-3)
