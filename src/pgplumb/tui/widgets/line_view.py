"""LineView: a widget drawn line by line on Textual's Line API, which sends only the lines that changed.

Textual sends every cell of a region that was refreshed, so what is refreshed must be as small as the change.
"""

from __future__ import annotations

from typing import Self

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from pgplumb.tui.widgets.ink import Line, Styles, cut, dirty_width, fitted, to_strip
from pgplumb.tui.widgets.palette import Ground, palette_of

_STRIPS_KEPT = 600


class LineView(Widget):
    """Draws `line_at(y)` for each screen line; `repaint` compares with what is drawn and sends the difference.

    Subclasses implement `line_at` and `ground_at` from their own fields and call `repaint` when those change.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._drawn: dict[int, tuple[Line, Ground, int, int]] = {}
        self._strips: dict[tuple[Line, Ground, int, int], Strip] = {}
        self._grounds: dict[Ground, Styles] = {}
        self._theme = ""

    def line_at(self, y: int) -> Line:
        """Return what stands on a line of the widget, counted from its top; shorter than its width is fine."""
        raise NotImplementedError

    def ground_at(self, y: int) -> Ground:
        """Return what the line stands on."""
        return "plain"

    def ground_width(self, y: int) -> int:
        """Return how many cells from the left stand on it; the widget's own background is behind the others."""
        return self.content_size.width

    def line_count(self) -> int:
        """Return how many lines there are to draw, for widgets whose height is `auto`."""
        return 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height that fits the lines (called by Textual)."""
        return self.line_count()

    def repaint(self) -> None:
        """Send again those lines that no longer are what was drawn, each up to its last changed cell.

        Lines that were not drawn yet at this size are left alone: Textual is about to draw them.
        """
        if self.styles.is_auto_height and self.line_count() != self.content_size.height:
            self.refresh(layout=True)
        width, height = self.content_size
        left, top = self.gutter.left, self.gutter.top
        for y in range(height):
            before = self._drawn.get(y)
            if before is None or before[2] != width:
                continue
            now, ground, wide = fitted(self.line_at(y), width), self.ground_at(y), self.ground_width(y)
            if before == (now, ground, width, wide):
                continue
            changed = 0 if before[0] == now else dirty_width(before[0], now, width)
            if (ground, wide) != (before[1], before[3]):
                changed = max(changed, wide, before[3])
            self.refresh(Region(0, y + top, left + changed, 1))

    def render_line(self, y: int) -> Strip:
        """Draw one line (called by Textual)."""
        width = self.content_size.width
        if self._theme != self.app.theme:
            self.forget_styles()
        full = fitted(self.line_at(y), width)
        ground = self.ground_at(y)
        wide = self.ground_width(y)
        key = self._drawn[y] = (full, ground, width, wide)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= _STRIPS_KEPT:
                self._strips.clear()
            strip = self._strips[key] = self._strip(full, ground, width, wide)
        return strip

    def _strip(self, full: Line, ground: Ground, width: int, wide: int) -> Strip:
        if ground == "plain" or wide >= width:
            return to_strip(full, width, self.styles_on(ground))
        on, beside = cut(full, wide)
        parts = (
            to_strip(on, wide, self.styles_on(ground)),
            to_strip(beside, width - wide, self.styles_on("plain")),
        )
        return Strip.join(parts)

    def styles_on(self, ground: Ground) -> Styles:
        """Return how inks look on a ground of this widget."""
        styles = self._grounds.get(ground)
        if styles is None:
            styles = palette_of(self.app).on(self.background_colors[1], ground)
            self._grounds[ground] = styles
        return styles

    def forget_styles(self) -> None:
        """Drop what was made under another theme or background."""
        self._theme = self.app.theme
        self._grounds.clear()
        self._strips.clear()

    def notify_style_update(self) -> None:
        """Drop cached styles (called by Textual when style sheets were applied)."""
        super().notify_style_update()
        self._grounds.clear()
        self._strips.clear()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus without sending the whole widget again, as Textual's own method does."""
        self.app.call_later(self._take_focus)
        return self

    def _take_focus(self) -> None:
        if self.is_attached:
            self.screen.set_focus(self, scroll_visible=False)

    def _on_focus(self, event: events.Focus) -> None:
        """Take focus without sending the whole widget again, as Textual's own handler does."""
        event.prevent_default()
        self.has_focus = True
        self.repaint()
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        """Lose focus without sending the whole widget again."""
        event.prevent_default()
        self.has_focus = False
        self.repaint()
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))


class LineLabel(LineView):
    """One or more fixed lines, set with `show`."""

    DEFAULT_CSS = "LineLabel { height: 1; }"

    def __init__(
        self,
        *lines: Line,
        right: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.lines = lines
        self._right = right

    def show(self, *lines: Line) -> None:
        """Replace the text; only what differs is sent."""
        self.lines = lines
        self.repaint()

    def line_count(self) -> int:
        """As many as there are."""
        return len(self.lines)

    def line_at(self, y: int) -> Line:
        """Return one of the lines, empty below the last."""
        found = self.lines[y] if y < len(self.lines) else ()
        return fitted(found, self.content_size.width, right=True) if self._right else found
