"""The map of tenants, looked through and confirmed in the RLS tab."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pgplumb.foundation.profile import load_profile
from pgplumb.rls.tenants import tenant_map
from pgplumb.tui.requests import ReadProfile
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.verdicts import Verdicts
from tests.tui.saved import demo_state, demo_verdicts
from tests.tui.screens.test_main import opened


async def test_the_map_is_shown_with_what_it_rests_on_and_kept_when_that_is_agreed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    judgement = demo_verdicts().judgement
    async with opened(demo_state()) as on:
        await on.press("3")
        assert "inferred (high): T" in on.text
        await on.press("T")
        assert isinstance(on.app.screen, ConfirmScreen)
        assert judgement.tenants.identities[0] in on.text
        assert "relations" in on.text
        await on.press("escape")
        assert ReadProfile() not in on.feed.asked
        assert not (tmp_path / "pgplumb.toml").exists()
        await on.press("T", "y")
        assert ReadProfile() in on.feed.asked
    profile = load_profile(tmp_path / "pgplumb.toml")
    again = tenant_map(judgement.matrix.catalog, profile=profile)
    assert again.path_of == judgement.tenants.path_of
    assert again.identities == judgement.tenants.identities
    assert not again.inferred
    assert profile.confirmed is not None
    assert profile.confirmed.on == date.today()


async def test_on_a_small_screen_the_way_to_agree_is_in_sight() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.press("3", "T")
        assert "y yes   esc no" in on.text
        assert re.search(r"▾ \d+ more", on.text)
        assert "Nothing is inferred from then on" not in on.text
        await on.press("G")
        assert not re.search(r"▾ \d+ more", on.text)
        assert "Nothing is inferred from then on" in on.text


async def test_where_no_tenant_was_found_nothing_is_confirmed() -> None:
    known = demo_verdicts()
    bare = replace(known.judgement.tenants, path_of={})
    verdicts = Verdicts(replace(known.judgement, tenants=bare), known.accepted, known.on)
    async with opened(replace(demo_state(), verdicts=verdicts)) as on:
        await on.press("3", "T")
        assert not isinstance(on.app.screen, ConfirmScreen)
        assert "state tenant_columns in pgplumb.toml" in on.text
