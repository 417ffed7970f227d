"""Overlay: the look that every dialogue shares. What lies behind stays as it is."""

from __future__ import annotations

from typing import Any, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

T = TypeVar("T")


SETTLING = 0.04
"""Seconds for which nothing is sent while a dialogue opens or closes."""


class Overlay(ModalScreen[T]):
    """A dialogue in a thin frame over the screen; `Frame` (a container with the class `frame`) holds it."""

    DEFAULT_CSS = """
    Overlay {
        align: center middle;
        background: transparent;
    }
    Overlay .frame {
        background: $panel;
        border: solid $panel-lighten-2;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $foreground-muted;
        padding: 0 1;
        max-width: 100%;
        max-height: 100%;
    }
    """
    AUTO_FOCUS = "*"
    # Textual's own declaration repaints the whole screen whenever the focus moves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def on_mount(self) -> None:
        """Send nothing while the widgets find their places: the whole screen would be sent for each of them."""
        self.app.delay_update(SETTLING)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close. What was behind is sent once, not for each step of closing."""
        self.app.delay_update(SETTLING)
        return super().dismiss(result)

    def on_resize(self, event: events.Resize) -> None:
        """Let no outdated size be laid out."""
        outdated(self.app.size, event)

    def _compositor_refresh(self) -> None:
        if not sent_from_behind(self):
            super()._compositor_refresh()


def sent_from_behind(screen: Screen[Any]) -> bool:
    """Send what changed on a screen behind a dialogue; False where the screen is the one in front.

    Textual marks the whole screen as changed there, again and again: every second it would all be sent.
    """
    front = screen.app.screen
    if screen is front:
        return False
    changed = screen._compositor._dirty_regions
    screen._dirty_widgets.clear()
    if changed:
        front.refresh(*changed)
        changed.clear()
    return True


def outdated(current: Size, event: events.Resize) -> bool:
    """Whether a screen is told of a size that the terminal has no longer; Textual then must not lay it out.

    It would tell the screen of that size once more; with two sizes under way each brings the other back, for ever.
    """
    if event.size == current:
        return False
    event.prevent_default()
    event.stop()
    return True
