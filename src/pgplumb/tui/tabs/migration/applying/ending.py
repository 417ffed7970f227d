"""Ending a session that is in the way of a step: said what that does, and confirmed with its process number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pgplumb.migrate.apply.telling import person
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.widgets.ink import Line, Span

if TYPE_CHECKING:
    from textual.app import App

    from pgplumb.migrate.apply.events import Blocker


def ask_to_end(app: App[Any], blocker: Blocker, end: Callable[[int], None]) -> None:
    """Ask, and call `end` with the process number where it was typed."""
    active = blocker.state == "active"
    what = (
        "Its statement is cancelled and its transaction rolled back; the session stays."
        if active
        else "It runs nothing that could be cancelled: its session is ended, its transaction rolled back."
    )
    who = " ".join(part for part in (blocker.user or "", blocker.application) if part)
    lines: list[Line] = [
        (Span(person(blocker), "strong"),),
        *([(Span(f"of {who}", "muted"),)] if who else []),
        (Span(what, "warn"),),
        (Span("It is done only while this session is in the way of the step.", "muted"),),
    ]

    def confirmed(agreed: bool | None) -> None:
        if agreed:
            end(blocker.pid)

    title = f"{'Cancel' if active else 'End'} server process {blocker.pid}?"
    app.push_screen(ConfirmScreen(title, lines, str(blocker.pid)), confirmed)
