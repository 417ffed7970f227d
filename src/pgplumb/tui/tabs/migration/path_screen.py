"""Asks for a file: where to save to, or what to load."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay

ACTIONS = declare(
    "path",
    Action("close", "escape", "close", "Close without doing anything.", hint=30, palette=False),
    Action(
        "complete", "tab", "complete", "Complete the name of a file or directory.", hint=20, palette=False
    ),
)
_LISTED = 8

Objection = Callable[[Path], str | None]
"""Says what speaks against a path; the same path given once more is taken in spite of it."""


class PathScreen(Overlay[Path | None]):
    """Dismissed with the path, or None."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(
        self, title: str, suggestion: str, directory: str, objection: Objection, ending: str = ".sql"
    ) -> None:
        """`directory` is where relative paths start from, for people."""
        super().__init__()
        self._title = title
        self._directory = directory
        self._suggestion = suggestion
        self._objection = objection
        self._ending = ending
        self._objected: Path | None = None
        self._field = TextField()
        self._say = LineLabel(id="path-say")
        self._matches = LineLabel(id="path-matches")

    def compose(self) -> ComposeResult:
        """The field, what is to be said, and what is there."""
        with Vertical(classes="frame") as frame:
            frame.border_title = self._title
            frame.border_subtitle = "enter take   tab complete   esc close"
            yield LineLabel(line(Span(f"in {self._directory}", "muted")))
            yield self._field
            yield self._say
            yield self._matches

    def on_mount(self) -> None:
        """Start from the suggestion, the cursor at its end."""
        self._field.value = self._suggestion
        self._field.cursor_position = len(self._suggestion)
        self._field.focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._objected = None
        self._say.show(())
        found = candidates(self._field.value, self._ending)
        lines: list[Line] = [
            (Span(os.path.basename(name.rstrip("/")) + "/" * name.endswith("/"), "muted"),) for name in found
        ]
        if len(lines) > _LISTED:
            lines[_LISTED - 1 :] = [(Span(f"{len(lines) - _LISTED + 1} more", "faint"),)]
        self._matches.show(*lines)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        text = self._field.value.strip()
        if not text:
            self._say.show((Span("name a file", "warn"),))
            return
        try:
            path = Path(text).expanduser()
            objection = None if path == self._objected else self._objection(path)
        except (OSError, RuntimeError, ValueError) as error:
            self._say.show((Span(f"this is no path: {error}", "fail"),))
            return
        if objection is None:
            self.dismiss(path)
        else:
            self._objected = path
            self._say.show((Span(objection, "warn"),))

    def action_complete(self) -> None:
        """Complete what is typed as far as it is clear."""
        common = _common_start(candidates(self._field.value, self._ending))
        if len(common) > len(self._field.value):
            self._field.value = common
            self._field.cursor_position = len(common)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)


def candidates(typed: str, ending: str) -> list[str]:
    """Return the directories, and files with an ending, whose paths begin with what is typed."""
    directory, _, start = typed.rpartition("/")
    shown = f"{directory}/" if "/" in typed else ""
    try:
        with os.scandir(Path(shown or ".").expanduser()) as entries:
            return sorted(
                f"{shown}{entry.name}{'/' if entry.is_dir() else ''}"
                for entry in entries
                if entry.name.startswith(start)
                and (start or not entry.name.startswith("."))
                and (entry.is_dir() or entry.name.endswith(ending))
            )
    except (OSError, RuntimeError, ValueError):
        return []


def _common_start(names: list[str]) -> str:
    """Return what all names begin with: they are sorted, so the first and the last decide."""
    pairs = zip(names[0], names[-1], strict=False) if names else ()
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
