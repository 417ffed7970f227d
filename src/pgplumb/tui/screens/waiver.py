"""Asks for a waiver: what is accepted, why, by whom and until when; shows what will stand in the profile."""

from __future__ import annotations

import getpass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from pgplumb.foundation.profile import FILE_NAME, Waiver
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding

ACTIONS = declare(
    "waiver",
    Action("close", "escape", "close", "Close without waiving anything.", hint=30, palette=False),
)
DAYS = 90
"""How long a waiver holds, where nothing else is written."""
_FIELDS = ("reason", "until", "object", "by")


class WaiverScreen(Overlay[Waiver | None]):
    """Dismissed with the waiver to write, or None."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, result: RuleResult, finding: Finding | None, today: date, folder: Path) -> None:
        """Without a finding, all findings of the rule are meant."""
        super().__init__()
        self._result = result
        self._fields = {name: TextField(id=f"waiver-{name}") for name in _FIELDS}
        self._fields["object"].value = finding.object if finding is not None else "*"
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
            frame.border_title = f"Waive: {self._result.rule.title}"
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
        waiver = self._waiver()
        if isinstance(waiver, Waiver):
            self.dismiss(waiver)
        else:
            self._say.show((Span(waiver, "warn"),))

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

    def _show(self) -> None:
        from pgplumb.foundation.profile_waiver import waiver_block

        waiver = self._waiver()
        if not isinstance(waiver, Waiver):
            self._say.show((Span(waiver, "muted"),))
            self._block.show([])
            return
        self._say.show(self._covers(waiver))
        shown: list[Line] = [line(Span(f"written at the end of {self._path}", "muted"))]
        shown += [line(Span(text, "text")) for text in waiver_block(waiver).splitlines()]
        self._block.show(shown)

    def _waiver(self) -> Waiver | str:
        """Return the waiver, or what is missing."""
        typed = {name: field.value.strip() for name, field in self._fields.items()}
        if not typed["reason"]:
            return "write why it is accepted"
        if not typed["object"] or not typed["by"]:
            return f"{'object' if not typed['object'] else 'by'} must not be empty"
        until = None
        if typed["until"]:
            try:
                until = date.fromisoformat(typed["until"])
            except ValueError:
                return "until is a date as 2027-01-31; leave it empty for no end"
            if until < self._today:
                return "until lies in the past"
        waiver = Waiver(self._result.rule.id, typed["object"], typed["reason"], typed["by"], until)
        return waiver if self._covered(waiver) else f"no finding of this rule is {typed['object']}"

    def _covered(self, waiver: Waiver) -> int:
        return sum(
            f.object == waiver.object or fnmatchcase(f.object, waiver.object)
            for f in self._result.open_findings
        )

    def _covers(self, waiver: Waiver) -> Line:
        count, of = self._covered(waiver), len(self._result.open_findings)
        return line(Span(f"accepts {count:,} of {of:,} open findings", "waived"))


def who() -> str:
    """Return the name of who sits here; empty where nobody knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
