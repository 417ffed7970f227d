"""Asks for the acceptance of a branch: for what, why, by whom and until when; shows what will stand in the profile."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from pgplumb.foundation.profile import FILE_NAME, AcceptedBranch
from pgplumb.foundation.profile_waiver import accepted_block
from pgplumb.rls.accepted import acceptance
from pgplumb.rls.access import COMMANDS
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.screens.waiver import DAYS, who
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from pgplumb.rls.verdict import Branch, Cell

ACTIONS = declare(
    "accept",
    Action("close", "escape", "close", "Close without accepting anything.", hint=30, palette=False),
)
_FIELDS = ("reason", "until", "object", "role", "command", "by")


class AcceptScreen(Overlay[AcceptedBranch | None]):
    """Dismissed with what to write, or None."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, cell: Cell, branch: Branch, today: date, folder: Path) -> None:
        super().__init__()
        self._cell, self._branch = cell, branch
        self._fields = {name: TextField(id=f"accept-{name}") for name in _FIELDS}
        self._fields["object"].value = cell.object
        self._fields["role"].value = cell.role
        self._fields["command"].value = cell.command
        self._fields["until"].value = (today + timedelta(days=DAYS)).isoformat()
        self._fields["by"].value = who()
        self._today = today
        self._path = folder / FILE_NAME
        self._say = LineLabel(id="waiver-say")
        self._block = TextPane(indent=0, id="waiver-block")
        self._block.can_focus = False

    def compose(self) -> ComposeResult:
        """What is accepted, the fields, and the text that will be written."""
        with Vertical(classes="frame") as frame:
            frame.border_title = "Accept a branch"
            frame.border_subtitle = "enter write   tab next field   esc close"
            for name, field in self._fields.items():
                with Horizontal(classes="waiver-row"):
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
        accepted = self._accepted()
        if isinstance(accepted, AcceptedBranch):
            self.dismiss(accepted)
        else:
            self._say.show((Span(accepted, "warn"),))

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def _show(self) -> None:
        accepted = self._accepted()
        if not isinstance(accepted, AcceptedBranch):
            self._say.show((Span(accepted, "muted"),))
            self._block.show([])
            return
        self._say.show((Span("rows of other tenants that pass by it are meant to", "waived"),))
        shown: list[Line] = [line(Span(f"written at the end of {self._path}", "muted"))]
        shown += [line(Span(text, "text")) for text in accepted_block(accepted).splitlines()]
        self._block.show(shown)

    def _accepted(self) -> AcceptedBranch | str:
        """Return what is accepted, or what is missing."""
        typed = {name: field.value.strip() for name, field in self._fields.items()}
        if not typed["reason"]:
            return "write why rows of other tenants may pass"
        missing = next((name for name in _FIELDS if name != "until" and not typed[name]), None)
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
        if typed["command"] not in (*COMMANDS, "EXECUTE", "*"):
            return f"command is one of {', '.join(COMMANDS)}, EXECUTE or *"
        accepted = AcceptedBranch(
            typed["object"],
            typed["role"],
            typed["command"],
            self._branch.text,
            typed["reason"],
            typed["by"],
            until,
        )
        if acceptance(self._cell, self._branch, (accepted,), self._today) is None:
            return f"that is not {self._cell.command} on {self._cell.object} by {self._cell.role}"
        return accepted
