"""The first line: which server this is, as whom, what it may do here, and how old what is shown is."""

from __future__ import annotations

import time
from collections.abc import Callable

from pgplumb.foundation.text import age
from pgplumb.tui.state import Connection, Phase, State
from pgplumb.tui.store import Store
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.ink import InkName, Line, Span, ends
from pgplumb.tui.widgets.line_view import LineView

WIDE = 100
_CURRENT = 3.0
"""Below this age in seconds what is shown counts as current; the figure then stands still."""
_BADGES: dict[str, InkName] = {
    "prod": "badge-prod",
    "production": "badge-prod",
    "live": "badge-prod",
    "staging": "badge-staging",
    "stage": "badge-staging",
}


class HeaderBar(LineView):
    """The header. A clock ticks each second, and sends something only when a word changes."""

    DEFAULT_CSS = "HeaderBar { height: 1; }"

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._store = store
        self._clock = clock

    def on_mount(self) -> None:
        """Follow the state and the clock."""
        self._store.subscribe(self, lambda _: self.repaint(), "connection", "ages", "paused", "reading")
        self.set_interval(1.0, self.repaint)

    def line_at(self, y: int) -> Line:
        """Return the header at this width."""
        return header_line(self._store.state, self.content_size.width, self._clock())


def header_line(state: State, width: int, now: float) -> Line:
    """Return the header; pure."""
    connection = state.connection
    wide = width >= WIDE
    right: list[Span] = []
    if connection.environment:
        word = connection.environment.upper()
        right += [Span(f" {word} ", _BADGES.get(connection.environment.lower(), "badge-dev")), Span("  ")]
    if connection.used is not None and connection.maximum is not None:
        crowded: InkName = "warn" if connection.used >= 0.8 * connection.maximum else "muted"
        figures = f"{connection.used}/{connection.maximum}" + (" conn" if wide else "")
        right += [Span(figures, crowded), Span("  ")]
    right += [freshness(state, now), Span(" ")]
    return ends((Span(" "), *_server(connection, wide)), tuple(right), width)


def _server(connection: Connection, wide: bool) -> Line:
    if not connection.label and connection.phase is Phase.IDLE:
        return (Span("pgplumb", "title"), Span("  not connected", "muted"))
    names = [n for n in (connection.label, connection.database, connection.role if wide else "") if n]
    spans = [Span("pgplumb", "title"), Span("  ")] if wide else []
    spans.append(Span(f" {glyphs.DOT} ".join(dict.fromkeys(names)), "strong"))
    facts = []
    if connection.version:
        product = "PostgreSQL " if wide else ""
        place = {True: " standby", False: " primary", None: ""}[connection.standby]
        facts.append(f"{product}{connection.version}{place}")
    facts.append("read-only" if connection.read_only else "may write")
    if names:
        spans.append(Span("    " if wide else f" {glyphs.DOT} "))
    spans.append(Span(f" {glyphs.DOT} ".join(facts), "muted"))
    return tuple(spans)


def freshness(state: State, now: float) -> Span:
    """Return how current the screen is. While it is, the words stand still and cost nothing."""
    connection = state.connection
    since = max(now - connection.since, 0.0)
    read = state.ages.get("catalog")
    old = None if read is None else max(now - read, 0.0)
    match connection.phase:
        case Phase.IDLE:
            return Span("")
        case Phase.CONNECTING:
            return Span(f"connecting{_for(since)}", "accent")
        case Phase.PASSWORD:
            return Span("password needed", "warn")
        case Phase.RECONNECTING:
            left = max((connection.next_try or now) - now, 0.0)
            return Span(f"LOST {glyphs.DOT} next try in {left:.0f} s{_old(old)}", "fail")
        case Phase.FAILED:
            return Span(f"NOT CONNECTED{_old(old)}", "fail")
        case Phase.OFFLINE:
            return Span(_saved(state), "unknown")
        case Phase.LIVE:
            pass
    if state.paused:
        return Span(f"PAUSED{_old(old)}", "warn")
    if old is None:
        return Span("reading", "accent")
    if old < _CURRENT:
        return Span(f"{glyphs.REFRESH} <{_CURRENT:.0f} s", "pass")
    if old < 10:
        return Span(f"{glyphs.REFRESH} {old:.0f} s", "muted")
    return Span(f"STALE {age(old)}", "warn")


def _saved(state: State) -> str:
    """When what is shown was read, where the file says it."""
    return (
        "saved catalog" if state.statistics is None else f"saved {state.statistics.read_at:%Y-%m-%d %H:%M %Z}"
    )


def _for(seconds: float) -> str:
    return f" {seconds:.0f} s" if seconds >= 1 else ""


def _old(seconds: float | None) -> str:
    return "" if seconds is None or seconds < 1 else f" {glyphs.DOT} data {age(float(int(seconds)))} old"
