"""TabBar: the names of the tabs on one line, with something flush right where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from pgplumb.tui.widgets.ink import Line, Span, ends, width_of
from pgplumb.tui.widgets.line_view import LineView

TabLabel = tuple[int, str]
"""Number and title."""


class TabBar(LineView):
    """`1 Tables   2 Indexes   ...`: the active one stands out, nothing moves."""

    DEFAULT_CSS = "TabBar { height: 1; }"

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, tabs: Sequence[TabLabel], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tabs = tuple(tabs)
        self._active = tabs[0][0] if tabs else 0
        self._right: Line = ()

    def activate(self, number: int) -> None:
        """Mark another tab as the active one."""
        self._active = number
        self.repaint()

    def show_right(self, right: Line) -> None:
        """Set what stands flush right, where there is room for all of it."""
        self._right = right
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return the bar; gaps narrow before names are cut."""
        width = self.content_size.width
        left = self._names()
        if self._right and width_of(left) + width_of(self._right) + 3 <= width:
            return ends(left, (*self._right, Span(" ")), width)
        return left

    def _names(self) -> Line:
        width = self.content_size.width
        texts = [f"{number} {title}" for number, title in self._tabs]
        total = sum(map(cell_len, texts)) + 1
        gap = next((g for g in (3, 2, 1) if total + g * (len(texts) - 1) <= width), 1)
        if total + len(texts) - 1 > width:
            texts = [t if n == self._active else str(n) for (n, _), t in zip(self._tabs, texts, strict=True)]
        spans = [Span(" ")]
        for (number, _), text in zip(self._tabs, texts, strict=True):
            active = number == self._active
            spans.append(Span(text, "title" if active else "muted"))
            spans.append(Span(" " * gap))
        return tuple(spans[:-1])

    def on_click(self, event: events.Click) -> None:
        """Find out which tab was clicked."""
        x = 0
        names = self._names()
        for i, span in enumerate(names):
            x += cell_len(span.text)
            if event.x < x:
                if i % 2:
                    self.post_message(self.Picked(self._tabs[i // 2][0]))
                return
