"""Asks for an entry of the profile that accepts something: its fields, and the text that will stand in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from pgplumb.foundation.profile import FILE_NAME
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane

Entry = TypeVar("Entry")

DAYS = 90
"""How long an entry holds, where nothing else is written."""


class ProfileEntryScreen(Overlay[Entry | None], Generic[Entry]):
    """Dismissed with what to write, or None. Every entry has a reason, and a day until which it holds or none."""

    NO_REASON: ClassVar[str]
    """What is said until a reason is typed."""

    def __init__(
        self,
        title: str,
        values: Mapping[str, str],
        today: date,
        folder: Path,
        about: Sequence[Line] = (),
    ) -> None:
        """`values`: what stands in the fields after `reason` and `until` at first; `about`: lines above them."""
        super().__init__()
        self._about = TextPane(about, indent=0, id="entry-about")
        self._about.can_focus = False
        self._about.display = bool(about)
        self._heading = title
        until = (today + timedelta(days=DAYS)).isoformat()
        self._fields = {name: TextField(id=f"entry-{name}") for name in ("reason", "until", *values)}
        for name, value in {"until": until, **values}.items():
            self._fields[name].value = value
        self._today = today
        self._path = folder / FILE_NAME
        self._say = LineLabel(id="entry-say")
        self._block = TextPane(indent=0, id="entry-block")
        self._block.can_focus = False

    def made(self, typed: Mapping[str, str], until: date | None) -> Entry | str:
        """Return the entry, or what is wrong with it; every field but `until` is known to be filled."""
        raise NotImplementedError

    def covers(self, entry: Entry) -> str:
        """Say what the entry accepts."""
        raise NotImplementedError

    def block(self, entry: Entry) -> str:
        """Return the entry as the profile holds it."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """What is accepted, the fields, and the text that will be written."""
        with Vertical(classes="frame") as frame:
            frame.border_title = self._heading
            frame.border_subtitle = "enter write   tab next field   esc close"
            yield self._about
            for name, field in self._fields.items():
                with Horizontal(classes="entry-row"):
                    yield LineLabel((Span(f"{name:<8}", "muted"),))
                    yield field
            yield self._say
            yield self._block

    def on_mount(self) -> None:
        """The reason is what must be typed."""
        for field in self._fields.values():
            field.cursor_position = len(field.value)
        self._fields["reason"].focus()
        self._show()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        entry = self._entry()
        if isinstance(entry, str):
            self._say.show((Span(entry, "warn"),))
        else:
            self.dismiss(entry)

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def _show(self) -> None:
        entry = self._entry()
        if isinstance(entry, str):
            self._say.show((Span(entry, "muted"),))
            self._block.show([])
            return
        self._say.show((Span(self.covers(entry), "waived"),))
        shown: list[Line] = [line(Span(f"written at the end of {self._path}", "muted"))]
        shown += [line(Span(text, "text")) for text in self.block(entry).splitlines()]
        self._block.show(shown)

    def _entry(self) -> Entry | str:
        """Return the entry, or what is missing."""
        typed = {name: field.value.strip() for name, field in self._fields.items()}
        if not typed["reason"]:
            return self.NO_REASON
        missing = next((name for name in typed if name != "until" and not typed[name]), None)
        if missing is not None:
            return f"{missing} must not be empty"
        until = None
        if typed["until"]:
            try:
                until = date.fromisoformat(typed["until"])
            except ValueError:
                return "until is a date as 2027-01-31; leave it empty for no end"
            if until < self._today:
                return "until lies in the past"
        return self.made(typed, until)
