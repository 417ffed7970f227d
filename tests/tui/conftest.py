"""The screen's tests run in a terminal that is the same everywhere."""

from __future__ import annotations

import pytest

from tests.tui.quiet import wait_until_quiet


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A true-colour terminal on this machine."""
    for name in ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "TMUX", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key and a pause last as long as their work does."""
    monkeypatch.setattr("textual.app.wait_for_idle", wait_until_quiet)
    monkeypatch.setattr("textual.pilot.wait_for_idle", wait_until_quiet)
