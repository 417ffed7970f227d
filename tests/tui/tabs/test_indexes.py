"""The Indexes tab: what each index holds and is for, and where it leads."""

from __future__ import annotations

import pytest

from pgplumb.foundation.config import Config
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.place import Place
from pgplumb.tui.tabs.indexes import IndexesTab
from tests.tui.fakes import FakeFeed
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL, Opened, opened

SIZES = [(80, 24), (120, 40), (200, 50)]


def tab_of(on: Opened) -> IndexesTab:
    tab = on.main.tab
    assert isinstance(tab, IndexesTab)
    return tab


async def test_an_invalid_index_says_so() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(Place("indexes", "index:app.idx_attachments_tenant_id_checksum"))
        await on.pilot.pause()
        row = tab_of(on).table.row
        assert row is not None
        assert not row.index.is_valid
        assert "INVALID" in on.text


async def test_the_index_of_a_primary_key_leads_to_its_constraint() -> None:
    async with opened(demo_state()) as on:
        await on.main.visit(Place("indexes", "index:app.tasks_pkey"))
        await on.press("enter")
        facts = tab_of(on).facts
        backs = next(row for row in facts.view.rows if row.target and row.target.startswith("constraint:"))
        facts.move_to(backs.key)
        await on.press("enter")
        assert on.main.deck.active.name == "tables"
        assert on.main.tab.place() == Place("tables", "table:app.tasks", "constraints")


async def test_indexes_of_partitions_are_rows_only_when_asked_for() -> None:
    async with opened(demo_state()) as on:
        await on.press("2")
        before = len(tab_of(on).table.view.rows)
        assert not any(row.relation.is_partition for row in tab_of(on).table.view.rows)
        await on.press("p")
        assert len(tab_of(on).table.view.rows) > before


async def test_the_filter_finds_an_index_by_its_table() -> None:
    async with opened(demo_state()) as on:
        await on.press("2", "slash", *"app.tasks", "enter")
        rows = tab_of(on).table.view.rows
        assert rows
        assert all("app.tasks" in f"{row.name} {row.relation.qualified}" for row in rows)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_indexes(snap_compare: object, size: tuple[int, int]) -> None:
    async def settle(pilot: object) -> None:
        await pilot.pause()  # type: ignore[attr-defined]
        app = pilot.app  # type: ignore[attr-defined]
        await app.screen.visit(Place("indexes", "index:app.idx_attachments_tenant_id_checksum"))
        for _ in range(5):
            await pilot.pause(0.1)  # type: ignore[attr-defined]

    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=settle)  # type: ignore[operator]
