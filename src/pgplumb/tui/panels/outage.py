"""A line that is there only while there is no connection: why, and what happens next."""

from __future__ import annotations

from pgplumb.tui.state import Phase, State
from pgplumb.tui.store import Store
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_view import LineView

_SHOWN = (Phase.RECONNECTING, Phase.FAILED)


class OutageLine(LineView):
    """Why the server does not answer; the last data stays readable below."""

    DEFAULT_CSS = "OutageLine { height: 1; }"

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

    def line_at(self, y: int) -> Line:
        """Return the line."""
        connection = self._store.state.connection
        retry = connection.phase is Phase.RECONNECTING
        advice = "  r tries now" if retry else "  C connects elsewhere, r tries again"
        return (
            Span(" ✗ ", "fail"),
            Span(connection.error or "the connection is lost", "fail"),
            Span(advice, "muted"),
        )
