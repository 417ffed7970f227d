"""A line that is there only while there is no connection: why, and what happens next."""

from __future__ import annotations

from pgplumb.tui.state import Phase, State
from pgplumb.tui.store import Store
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_view import LineView
from pgplumb.tui.widgets.wrap import wrap

_SHOWN = (Phase.RECONNECTING, Phase.FAILED)


class OutageLine(LineView):
    """Why the server does not answer, what to do about it, and the keys; the last data stays readable below."""

    DEFAULT_CSS = "OutageLine { height: auto; max-height: 5; }"

    def __init__(self, store: Store) -> None:
        super().__init__(id="outage")
        self._store = store
        self.display = False

    def on_mount(self) -> None:
        """Follow the connection."""
        self._store.subscribe(self, self._draw, "connection")

    def _draw(self, state: State) -> None:
        self.display = state.connection.phase in _SHOWN
        self.repaint()

    def line_count(self) -> int:
        """As many as the text takes."""
        return len(outage_lines(self._store.state, self.app.size.width))

    def line_at(self, y: int) -> Line:
        """Return a line of the text."""
        lines = outage_lines(self._store.state, self.app.size.width)
        return lines[y] if y < len(lines) else ()


def outage_lines(state: State, width: int) -> list[Line]:
    """Return what is said of a connection that is not there; pure."""
    connection = state.connection
    retry = connection.phase is Phase.RECONNECTING
    keys = (Span("  r", "key"), Span(" tries now" if retry else " tries again", "muted"))
    text = (
        Span(f" {glyphs.FAIL.glyph} ", "fail"),
        Span(connection.error or "the connection is lost", "fail"),
        *keys,
        Span("   C", "key"),
        Span(" connects elsewhere", "muted"),
    )
    return wrap(text, max(width - 1, 1), indent=3)
