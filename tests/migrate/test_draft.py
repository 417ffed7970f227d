"""Drafts and their files."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgplumb.migrate.draft import Draft, DraftError, file_name, load_draft, save_draft

NOW = datetime(2026, 11, 21, 14, 31, 0, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
FILES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


def test_file_names_sort_by_time_and_are_plain() -> None:
    assert file_name("Add index on orders.Größe!", NOW) == "20261121143100_add_index_on_orders_gr_e.sql"
    assert file_name("x", NOW, pair=True) == "20261121143100_x.up.sql"
    assert file_name("…/../", NOW) == "20261121143100_migration.sql"
    assert file_name("x", NOW.astimezone(timezone(timedelta(hours=9)))) == "20261121143100_x.sql"
    assert len(file_name("a b" * 200, NOW)) < 90


@FILES
@given(up=TEXT, down=TEXT, ending=st.sampled_from([".sql", ".up.sql"]))
def test_what_is_saved_is_loaded(tmp_path: Path, up: str, down: str, ending: str) -> None:
    draft = Draft("a name", up, down)
    try:
        saved = save_draft(draft, tmp_path / f"20261121143100_a_name{ending}")
    except DraftError:
        assert "--" in up + down
        return
    assert saved.path is not None
    loaded = load_draft(saved.path)
    assert (loaded.up, loaded.down) == (up.strip("\r\n"), down.strip("\r\n"))
    assert loaded.name == "a name"


def test_one_file_holds_both_parts_between_markers(tmp_path: Path) -> None:
    path = tmp_path / "1_x.sql"
    save_draft(Draft("x", "CREATE TABLE t ();", "DROP TABLE t;"), path)
    assert path.read_text() == "-- up\nCREATE TABLE t ();\n\n-- down\nDROP TABLE t;\n"


def test_a_pair_is_read_from_either_file_and_a_missing_down_is_empty(tmp_path: Path) -> None:
    saved = save_draft(Draft("x", "SELECT 1;", "SELECT 2;"), tmp_path / "1_x.down.sql")
    assert saved.path == tmp_path / "1_x.up.sql"
    assert (tmp_path / "1_x.down.sql").read_text() == "SELECT 2;\n"
    assert load_draft(tmp_path / "1_x.down.sql") == load_draft(tmp_path / "1_x.up.sql")
    (tmp_path / "1_x.down.sql").unlink()
    assert load_draft(tmp_path / "1_x.up.sql").down == ""


def test_a_file_without_markers_is_all_up(tmp_path: Path) -> None:
    path = tmp_path / "y.sql"
    path.write_text("SELECT 1;\n-- upwards\n")
    assert load_draft(path) == Draft("y", "SELECT 1;\n-- upwards", "", path)


def test_windows_line_ends_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "y.sql"
    path.write_bytes(b"-- Up\r\nSELECT 1;\r\n-- DOWN\r\nSELECT 2;\r\n")
    assert (load_draft(path).up, load_draft(path).down) == ("SELECT 1;", "SELECT 2;")


def test_a_line_that_reads_like_a_marker_is_refused_in_one_file_and_fits_a_pair(tmp_path: Path) -> None:
    draft = Draft("x", "SELECT 1;\n-- down\nSELECT 2;", "")
    with pytest.raises(DraftError, match="save it as"):
        save_draft(draft, tmp_path / "x.sql")
    assert list(tmp_path.iterdir()) == []
    save_draft(draft, tmp_path / "x.up.sql")
    assert load_draft(tmp_path / "x.up.sql").up == draft.up


def test_saving_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link.sql"
    link.symlink_to(path)
    save_draft(Draft("x", "new", ""), link)
    assert path.read_text().startswith("-- up\nnew")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["link.sql", "x.sql"]


def test_a_failing_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.sql"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DraftError, match="No space left"):
        save_draft(Draft("x", "new", ""), path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["x.sql"]


def test_what_cannot_be_read_or_written_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(DraftError, match="cannot be read: No such file"):
        load_draft(tmp_path / "none.sql")
    (tmp_path / "latin.sql").write_bytes(b"\xe9")
    with pytest.raises(DraftError, match="not UTF-8"):
        load_draft(tmp_path / "latin.sql")
    with pytest.raises(DraftError, match="no file yet"):
        save_draft(Draft("x", "", ""))
    with pytest.raises(DraftError, match="UTF-8"):
        save_draft(Draft("x", "\ud800", ""), tmp_path / "x.sql")
