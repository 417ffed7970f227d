"""The screen's tests run in a terminal that is the same everywhere."""

from __future__ import annotations

import pytest

from tests.tui.quiet import SOON, wait_until_quiet
from tests.tui.stylesheets import parse_once


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A true-colour terminal on this machine."""
    for name in ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "TMUX", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


RESTS = (
    *("pgplumb.tui.tab.REST", "pgplumb.tui.tabs.migration.workbench.PAUSE"),
    *("pgplumb.tui.tabs.migration.workbench.HOLD", "pgplumb.tui.tabs.migration.wizard.screen.PAUSE"),
)
"""How long a cursor rests, or nothing is typed, before something is done."""
FRAME = 1 / 500
"""Seconds between two drawings. In an app that is drawn 60 times a second each key waits for the next one."""


@pytest.fixture(autouse=True)
def quick_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key and a pause last as long as their work does; what is drawn follows the cursor within a pause."""
    monkeypatch.setattr("textual.app.wait_for_idle", wait_until_quiet)
    monkeypatch.setattr("textual.pilot.wait_for_idle", wait_until_quiet)
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", FRAME)
    monkeypatch.setattr("textual.css.stylesheet.Stylesheet._parse_rules", parse_once)
    if "snap_compare" in request.fixturenames:
        for name in RESTS:
            monkeypatch.setattr(name, SOON / 3)
