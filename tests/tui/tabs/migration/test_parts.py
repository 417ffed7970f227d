"""Small parts: taking safer SQL over, editors, paths, what would be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgplumb.migrate.hazards.analysis import analyse
from pgplumb.sql.split import split
from pgplumb.tui.tabs.migration.draft_state import DraftState
from pgplumb.tui.tabs.migration.external import EditorFailed, editor_command
from pgplumb.tui.tabs.migration.path_screen import candidates
from pgplumb.tui.tabs.migration.safer import taken_over


def with_safer(text: str, hazard_id: str) -> str:
    """A text after the safer SQL of one of its hazards was taken over."""
    hazard = next(h for h in analyse(text, mode="autocommit").hazards if h.id == hazard_id and h.safer)
    assert hazard.statement is not None
    start, end, safer = taken_over(text, split(text)[hazard.statement], hazard)
    return text[:start] + safer + text[end:]


def test_a_statement_gives_way_to_its_safer_form_and_keeps_one_semicolon() -> None:
    text = "SELECT 1;\nCREATE INDEX i ON app.t (a) ;\nSELECT 2;"
    assert with_safer(text, "not-concurrently") == (
        "SELECT 1;\nCREATE INDEX CONCURRENTLY i ON app.t (a) ;\nSELECT 2;"
    )


def test_several_safer_statements_stay_apart() -> None:
    text = "ALTER TABLE app.t ADD CONSTRAINT k CHECK (a > 0)"
    taken = with_safer(text, "constraint-not-not-valid")
    assert [s.text for s in split(taken)] == [
        "ALTER TABLE app.t ADD CONSTRAINT k CHECK (a > 0) NOT VALID",
        "ALTER TABLE app.t VALIDATE CONSTRAINT k",
    ]


def test_what_belongs_before_a_statement_is_put_before_it() -> None:
    text = "SELECT 1;\nDROP TABLE app.t;"
    assert (
        with_safer(text, "missing-lock-timeout") == "SELECT 1;\nSET lock_timeout = '2s';\nDROP TABLE app.t;"
    )


def test_the_editor_is_visual_then_editor_with_its_arguments(tmp_path: Path) -> None:
    program = tmp_path / "my editor"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert editor_command({"EDITOR": "cat", "VISUAL": f"'{program}' --wait"}) == [str(program), "--wait"]
    assert editor_command({"EDITOR": "cat"}) == ["cat"]


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [("/no/such/editor", "/no/such/editor is not there"), ("vi 'x", "cannot be read")],
)
def test_an_editor_that_cannot_be_is_said(chosen: str, complaint: str) -> None:
    with pytest.raises(EditorFailed, match=complaint):
        editor_command({"EDITOR": chosen})


def test_paths_are_completed_to_directories_and_sql_files(tmp_path: Path) -> None:
    for name in ("one.sql", "one.txt", ".hidden.sql"):
        (tmp_path / name).touch()
    (tmp_path / "older").mkdir()
    base = f"{tmp_path}/"
    assert candidates(base, ".sql") == [f"{base}older/", f"{base}one.sql"]
    assert candidates(f"{base}one", ".sql") == [f"{base}one.sql"]
    assert candidates(f"{base}.h", ".sql") == [f"{base}.hidden.sql"]
    assert candidates("/no/such/place/", ".sql") == []
    assert candidates("\0", ".sql") == []


def test_only_what_is_kept_nowhere_else_would_be_lost() -> None:
    kept = DraftState(kept=("SELECT 1;", "SELECT 2;"), down="file")
    assert not kept.would_be_lost("SELECT 1;\n", "SELECT 2;")
    assert kept.would_be_lost("SELECT 3;", "SELECT 2;")
    assert not kept.would_be_lost("", "SELECT 2;")
    assert not DraftState(kept=("a", "b"), down="proposed").would_be_lost("a", "another")
    assert DraftState(kept=("a", "b"), down="own").would_be_lost("a", "another")
