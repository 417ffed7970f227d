"""The folder's profile, for the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgplumb.foundation.profile import Profile
from pgplumb.tui.live.board import Board
from pgplumb.tui.live.profile import folder_profile
from pgplumb.tui.state import Connection, State


def test_a_rule_that_there_is_none_of_is_said_with_those_near_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pgplumb.toml").write_text('[rules]\ndisabled = ["fk-column-indexed"]\n')
    monkeypatch.chdir(tmp_path)
    board = Board(State(Connection("shop")))
    assert folder_profile(board) == Profile()
    told = [p for p in board.state.problems if p.part == "profile"]
    assert len(told) == 1
    assert "fk-columns-indexed" in told[0].text
    (tmp_path / "pgplumb.toml").write_text('[rules]\ndisabled = ["fk-columns-indexed"]\n')
    assert folder_profile(board).disabled == {"fk-columns-indexed"}
    assert not [p for p in board.state.problems if p.part == "profile"]
