"""Overlay: the look that every dialogue shares. What lies behind stays as it is."""

from __future__ import annotations

from typing import TypeVar

from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget

T = TypeVar("T")


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
