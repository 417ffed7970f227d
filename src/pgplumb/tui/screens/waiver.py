"""Asks for a waiver: what is accepted, why, by whom and until when; shows what will stand in the profile."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from pgplumb.foundation.profile import Waiver
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.screens.profile_entry import ProfileEntryScreen

if TYPE_CHECKING:
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding

ACTIONS = declare(
    "waiver",
    Action("close", "escape", "close", "Close without waiving anything.", hint=30, palette=False),
)


class WaiverScreen(ProfileEntryScreen[Waiver]):
    """Dismissed with the waiver to write, or None."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    NO_REASON = "write why it is accepted"

    def __init__(self, result: RuleResult, finding: Finding | None, today: date, folder: Path) -> None:
        """Without a finding, all findings of the rule are meant."""
        values = {"object": finding.object if finding is not None else "*", "by": who()}
        super().__init__(f"Waive: {result.rule.title}", values, today, folder)
        self._result = result

    def made(self, typed: Mapping[str, str], until: date | None) -> Waiver | str:
        """Return the waiver; one that covers no finding is refused."""
        waiver = Waiver(self._result.rule.id, typed["object"], typed["reason"], typed["by"], until)
        return waiver if self._covered(waiver) else f"no finding of this rule is {typed['object']}"

    def covers(self, entry: Waiver) -> str:
        """Say how many findings it covers."""
        return f"accepts {self._covered(entry):,} of {len(self._result.open_findings):,} open findings"

    def block(self, entry: Waiver) -> str:
        """Return the waiver as the profile holds it."""
        from pgplumb.foundation.profile_waiver import waiver_block

        return waiver_block(entry)

    def _covered(self, waiver: Waiver) -> int:
        return sum(
            f.object == waiver.object or fnmatchcase(f.object, waiver.object)
            for f in self._result.open_findings
        )


def who() -> str:
    """Return the name of who sits here; empty where nobody knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
