"""Writing waivers into a profile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pgplumb.foundation.profile import ProfileError, Waiver, load_profile
from pgplumb.foundation.profile_waiver import add_waiver

WAIVER = Waiver(
    "table-has-primary-key", "table:public.import_a", "loaded once a night", "maria", date(2027, 1, 31)
)


def test_a_profile_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "pgplumb.toml"
    add_waiver(path, WAIVER)
    assert load_profile(path).waivers == (WAIVER,)
    assert path.stat().st_mode & 0o777 == 0o644


def test_all_else_in_the_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "pgplumb.toml"
    before = 'tenant_columns = ["tenant_id"] # ours\n\n[[waivers]]\n'
    before += 'rule = "pk-bigint-or-uuid"\nobject = "*"\nreason = "r"\nby = "b"'
    path.write_text(before)
    add_waiver(path, WAIVER)
    assert path.read_text().startswith(before)
    assert [w.rule for w in load_profile(path).waivers] == ["pk-bigint-or-uuid", WAIVER.rule]


@pytest.mark.parametrize(
    "text", ['a "quoted" word', "back\\slash", "two\nlines\r\n", "\x00\x1b[31m\x7f", "naïve ✓ 漢", "'''"]
)
def test_any_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pgplumb.toml"
    waiver = Waiver("table-has-primary-key", f'table:public."{text}"', text, text)
    add_waiver(path, waiver)
    assert load_profile(path).waivers == (waiver,)


@pytest.mark.parametrize("before", ["waivers = []\n", "not toml at all", "unknown_key = 1\n"])
def test_a_file_that_it_does_not_fit_into_stays_and_is_named(tmp_path: Path, before: str) -> None:
    path = tmp_path / "pgplumb.toml"
    path.write_text(before)
    with pytest.raises(ProfileError, match=r"pgplumb\.toml.*Nothing was written"):
        add_waiver(path, WAIVER)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "pgplumb.toml"
    real.write_text("")
    link.symlink_to(real)
    add_waiver(link, WAIVER)
    assert link.is_symlink()
    assert load_profile(real).waivers == (WAIVER,)
