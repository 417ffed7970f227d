"""Files that are replaced in one step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgplumb.foundation.files import replace_file


def test_a_new_file_has_the_permissions_that_were_asked_for(tmp_path: Path) -> None:
    for mode in (0o644, 0o600):
        path = tmp_path / str(mode)
        replace_file(path, b"new", new_mode=mode)
        assert path.read_bytes() == b"new"
        assert path.stat().st_mode & 0o777 == mode


def test_a_file_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, b"new", new_mode=0o600)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link_also_one_to_nothing_yet(tmp_path: Path) -> None:
    real, link = tmp_path / "folder" / "real", tmp_path / "link"
    link.symlink_to(real)
    for content in (b"first", b"second"):
        replace_file(link, content, make_folders=True)
        assert link.is_symlink()
        assert real.read_bytes() == content


def test_a_folder_that_is_missing_is_made_only_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    with pytest.raises(FileNotFoundError):
        replace_file(path, b"new")
    replace_file(path, b"new", make_folders=True)
    assert path.read_bytes() == b"new"


def test_what_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def refuse(made: Path) -> None:
        assert made.read_bytes() == b"new"
        raise ValueError("not that")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ValueError, match="not that"):
        replace_file(path, b"new", check=refuse)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(path, b"new")
    assert list(tmp_path.iterdir()) == [path]
