"""Waiving a finding from the checklist."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pgplumb.foundation.profile import load_profile
from pgplumb.tui.requests import ReadProfile
from pgplumb.tui.screens.waiver import WaiverScreen
from pgplumb.tui.state import State
from tests.databases import Database
from tests.tui.live.test_feed import Running
from tests.tui.screens.test_main import Opened, opened


async def _at_a_failing_rule(on: Opened) -> str:
    await on.press("c")
    table = on.main.panel.table
    item = next(i for i in table.view.rows if i.result is not None and i.result.open_findings)
    table.move_to(item.key)
    await on.pilot.pause()
    assert item.result is not None
    return item.result.rule.id


async def test_a_waiver_needs_a_reason_and_is_written_into_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    today = date.today()
    async with opened() as on:
        rule = await _at_a_failing_rule(on)
        await on.press("w", "enter")
        assert on.at(WaiverScreen)
        assert "write why it is accepted" in on.text
        await on.press(*"ours", "enter")
        assert not on.at(WaiverScreen)
        assert ReadProfile() in on.wishes
    waiver = load_profile(tmp_path / "pgplumb.toml").waivers[0]
    assert (waiver.rule, waiver.object, waiver.reason) == (rule, "*", "ours")
    assert waiver.until in (today + timedelta(days=90), date.today() + timedelta(days=90))


async def test_what_covers_no_finding_or_has_ended_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened() as on:
        await _at_a_failing_rule(on)
        await on.press("w", *"ours", "tab", *("backspace",) * 10, *"2020-01-01", "enter")
        assert "lies in the past" in on.text
        await on.press(*("backspace",) * 10, "tab", "backspace", *"table:x.y", "enter")
        assert "no finding of this rule is table:x.y" in on.text
        await on.press("escape")
    assert not (tmp_path / "pgplumb.toml").exists()


def test_the_checklist_follows_the_profile_that_was_written(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pgplumb.foundation.profile import Waiver
    from pgplumb.foundation.profile_waiver import add_waiver

    monkeypatch.chdir(tmp_path)
    database.execute("CREATE TABLE public.no_key (a int)")
    rule = "table-has-primary-key"

    def status(state: State) -> str | None:
        result = state.checklist.result(rule) if state.checklist is not None else None
        return result.status if result is not None else None

    run = Running(database.target())
    try:
        run.seen.wait(lambda state: status(state) == "fail")
        add_waiver(tmp_path / "pgplumb.toml", Waiver(rule, "table:public.no_key", "ours", "maria"))
        run.feed.request(ReadProfile())
        run.seen.wait(lambda state: status(state) == "waived")
    finally:
        run.feed.stop()
