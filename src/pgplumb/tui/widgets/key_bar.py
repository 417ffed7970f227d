"""KeyBar: the last line of the screen. Keys that matter here and now, or for a moment a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.timer import Timer

from pgplumb.tui.widgets.ink import InkName, Line, Span, width_of
from pgplumb.tui.widgets.line_view import LineView

WIDE = 100
"""From so many columns on, more than six hints are shown."""


class Hint(NamedTuple):
    """A key and what it does."""

    key: str
    label: str


class KeyBar(LineView):
    """At most six hints (nine on a wide screen), fewer where they do not fit. Messages take their place."""

    DEFAULT_CSS = "KeyBar { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._hints: tuple[Hint, ...] = ()
        self._last: tuple[Hint, ...] = ()
        self._message: Line | None = None
        self._timer: Timer | None = None

    def show(self, hints: Sequence[Hint], last: Sequence[Hint] = ()) -> None:
        """Set the hints, the most useful first; those in `last` always stand at the end."""
        self._hints, self._last = tuple(hints), tuple(last)
        self.repaint()

    def say(self, text: str, ink: InkName = "text", seconds: float = 6.0) -> None:
        """Show a message for a while; it goes earlier when `hush` is called."""
        self._message = (Span(" "), Span(text, ink))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self.hush)
        self.repaint()

    def hush(self) -> None:
        """Take the message away."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._message = None
        self.repaint()

    @property
    def message(self) -> str:
        """The message that is shown, empty without one."""
        return "" if self._message is None else self._message[-1].text

    def line_at(self, y: int) -> Line:
        """Return the message, or as many hints as fit."""
        if self._message is not None:
            return self._message
        width = self.content_size.width
        most = 9 if width >= WIDE else 6
        chosen = [*self._hints[: max(most - len(self._last), 0)], *self._last]
        while len(chosen) > 1 and width_of(_hint_line(chosen)) > width:
            del chosen[max(len(chosen) - len(self._last) - 1, 0)]
        return _hint_line(chosen)


def _hint_line(hints: Sequence[Hint]) -> Line:
    spans = [Span(" ")]
    for hint in hints:
        spans += [Span(hint.key, "key"), Span(f" {hint.label}", "muted"), Span("   ")]
    return tuple(spans[:-1])
