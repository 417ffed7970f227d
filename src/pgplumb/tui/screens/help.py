"""The help screen: what every key does here, the focused thing first. Made from the registry alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.tui.actions import Action, KeyMap, bindings, by_scope, declare
from pgplumb.tui.scopes import SCOPE_TITLES
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane

ACTIONS = declare(
    "help",
    Action("close", "escape q ?", "close", "Close the help.", hint=10, palette=False),
)


class HelpScreen(Overlay[None]):
    """All keys that work where it was opened."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, actions: Sequence[Action], keys: KeyMap) -> None:
        """`actions` in order of nearness to the focus."""
        super().__init__()
        self._lines = help_lines(actions, keys)

    def compose(self) -> ComposeResult:
        """One text to scroll."""
        with Vertical(classes="frame") as frame:
            frame.border_title = "Keys"
            frame.border_subtitle = "esc close"
            yield TextPane(self._lines, indent=_KEYS + 16)

    def action_close(self) -> None:
        """Close."""
        self.dismiss()


_KEYS = 18


def help_lines(actions: Iterable[Action], keys: KeyMap) -> list[Line]:
    """Return the text of the help screen; actions without a key are the palette's alone."""
    lines: list[Line] = []
    for scope, members in by_scope(a for a in actions if keys.keys(a)).items():
        if lines:
            lines.append(())
        lines.append((Span(SCOPE_TITLES.get(scope, scope.capitalize()), "title"),))
        for action in members:
            shown = "  ".join(keys.keys(action))
            pad = " " * max(_KEYS - 2 - cell_len(shown), 1)
            label = f"{action.label:<16}"
            lines.append(
                (Span("  "), Span(shown, "key"), Span(pad), Span(label, "strong"), Span(action.help, "muted"))
            )
    return lines
