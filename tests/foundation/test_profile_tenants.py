"""Whose rows are whose, in the project's profile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.foundation.profile import ConfirmedTenants, ProfileError, load_profile
from pgplumb.foundation.profile_tenants import confirm_tenants

FOUND = ConfirmedTenants(
    ("tenant_id",),
    ("current_setting('app.tenant_id')",),
    {"public.tasks": "project_id -> public.projects.tenant_id", 'app."Order"': "org"},
    "maria",
    date(2026, 11, 21),
)


def test_what_was_confirmed_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "pgplumb.toml"
    confirm_tenants(path, FOUND)
    profile = load_profile(path)
    assert profile.confirmed == FOUND
    assert profile.tenant_columns == ("tenant_id",)
    assert profile.identities == ("current_setting('app.tenant_id')",)


def test_a_later_one_takes_the_place_of_an_earlier_one_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "pgplumb.toml"
    before = '# ours\n[rules]\ndisabled = ["text-not-char"]\n'
    path.write_text(before)
    confirm_tenants(path, FOUND)
    with path.open("a") as file:
        file.write('\n[severities]\n"fk-columns-indexed" = "error"  # must\n')
    later = ConfirmedTenants(("org_id",), (), {}, "jonas", date(2026, 12, 1))
    confirm_tenants(path, later)
    text = path.read_text()
    assert text.startswith(before)
    assert '"fk-columns-indexed" = "error"  # must' in text
    assert text.count("[tenants") == 1
    assert load_profile(path).confirmed == later


@given(name=st.text(min_size=1, max_size=12), by=st.text(min_size=1, max_size=12))
def test_any_name_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, name: str, by: str) -> None:
    path = tmp_path_factory.mktemp("profile") / "pgplumb.toml"
    found = ConfirmedTenants((name,), (), {}, by, date(2026, 11, 21))
    confirm_tenants(path, found)
    assert load_profile(path).confirmed == found


def test_what_the_file_states_above_goes_before_it(tmp_path: Path) -> None:
    path = tmp_path / "pgplumb.toml"
    path.write_text('tenant_columns = ["account_id"]\n')
    confirm_tenants(path, FOUND)
    assert load_profile(path).tenant_columns == ("account_id",)


def test_a_table_without_its_schema_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pgplumb.toml"
    path.write_text('[tenants]\nby = "m"\non = 2026-11-21\n\n[tenants.map]\ntasks = "a"\n')
    with pytest.raises(ProfileError, match=r"line 6: tenants\.map\.tasks is no schema\.table"):
        load_profile(path)
