"""Asks for the acceptance of a branch: for what, why, by whom and until when; shows what will stand in the profile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from pgplumb.foundation.profile import AcceptedBranch
from pgplumb.foundation.profile_waiver import accepted_block
from pgplumb.rls.accepted import acceptance
from pgplumb.rls.access import COMMANDS
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.screens.profile_entry import ProfileEntryScreen
from pgplumb.tui.screens.waiver import who
from pgplumb.tui.tabs.rls_predicate import predicate_lines
from pgplumb.tui.widgets.ink import Span, line

if TYPE_CHECKING:
    from pgplumb.rls.verdict import Branch, Cell

_MOST = 6
"""Lines of the branch that are shown; all of it stands in what will be written."""

ACTIONS = declare(
    "accept",
    Action("close", "escape", "close", "Close without accepting anything.", hint=30, palette=False),
)


class AcceptScreen(ProfileEntryScreen[AcceptedBranch]):
    """Dismissed with what to write, or None."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    NO_REASON = "write why rows of other tenants may pass"

    def __init__(self, cell: Cell, branch: Branch, today: date, folder: Path) -> None:
        values = {"object": cell.object, "role": cell.role, "command": cell.command, "by": who()}
        what = f"{cell.command} by {cell.role}: rows of other tenants that pass by"
        passing = [(Span("  "), *text) for text in predicate_lines(branch.text)[:_MOST]]
        super().__init__("Accept a branch", values, today, folder, [line(Span(what, "muted")), *passing])
        self._cell, self._branch = cell, branch

    def made(self, typed: Mapping[str, str], until: date | None) -> AcceptedBranch | str:
        """Return what is accepted; what does not cover the cell is refused."""
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

    def covers(self, entry: AcceptedBranch) -> str:
        """Say what it means."""
        return "rows of other tenants that pass by it are meant to"

    def block(self, entry: AcceptedBranch) -> str:
        """Return what is accepted as the profile holds it."""
        return accepted_block(entry)
