"""The Indexes tab: what each index holds and is for, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.config import Config
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.place import Place
from pgplumb.tui.requests import UsedBy
from pgplumb.tui.state import State
from pgplumb.tui.tabs.index_use import uses_of
from pgplumb.tui.tabs.indexes import IndexesTab
from pgplumb.workload.index_use import IndexUse, Use, root_index
from tests.tui.fakes import FakeFeed
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL, Opened, opened
from tests.tui.tabs.query.states import queries
from tests.tui.tabs.test_queries import until

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
        for _ in range(3):
            await pilot.pause()  # type: ignore[attr-defined]

    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=settle)  # type: ignore[operator]


# Which queries use an index


def used(*names: str, share: float = 0.34) -> State:
    """A state in which a query uses these indexes, of 50 that were planned."""
    shown = demo_state()
    assert shown.catalog is not None
    use = Use((10, 1, 77, True), "SELECT * FROM app.tasks WHERE tenant_id = $1", share, ("generic",))
    uses = {shown.catalog.indexes["app", name][1].oid: (use,) for name in names}
    return replace(shown, answers={**shown.answers, UsedBy(): IndexUse(50, 50, uses)})


async def test_an_index_names_the_top_queries_that_use_it_and_leads_to_them() -> None:
    async with opened(used("tasks_pkey"), size=(200, 50)) as on:
        await on.main.visit(Place("indexes", "index:app.tasks_pkey"))
        await until(on, lambda: "1 of the 50 top queries" in on.text)
        facts = tab_of(on).facts
        query = next(row for row in facts.view.rows if row.target == "query:77")
        assert "34 %" in "".join(span.text for span in query.cells[1])  # type: ignore[union-attr]


async def test_an_index_that_no_top_query_uses_is_not_called_unused() -> None:
    async with opened(used("tasks_pkey"), size=(200, 50)) as on:
        await on.main.visit(Place("indexes", "index:app.comments_pkey"))
        await until(on, lambda: "none of the 50 top queries" in on.text)
        assert "others were not planned" in on.text


async def test_a_partitions_index_shows_the_queries_of_the_whole_tables() -> None:
    shown = demo_state()
    assert shown.catalog is not None
    relation, index = next((r, i) for r, i in shown.catalog.indexes.values() if i.parent)
    root = root_index(shown.catalog, relation.schema, index.name)
    assert root not in (None, index.oid)
    use = Use((10, 1, 77, True), "SELECT 1", 0.5, ("generic",))
    assert uses_of(IndexUse(1, 1, {root or 0: (use,)}), shown.catalog, relation, index) == (use,)


async def test_nothing_is_said_of_queries_before_they_were_planned_and_why_not_afterwards() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.press("2")
        assert not any(column.name == "queries" for column in tab_of(on).table.columns)
        reason = "no PostgreSQL server programs are on this machine"
        shown = demo_state()
        await on.post(replace(shown, answers={**shown.answers, UsedBy(): Unread(reason)}))
        assert reason in on.text


async def test_the_top_queries_are_planned_once_the_tab_stays_open() -> None:
    async with opened(queries()) as on:
        assert UsedBy() not in on.feed.asked
        await on.press("2")
        for _ in range(300):
            if UsedBy() in on.feed.asked:
                break
            await on.pilot.pause(0.01)
        assert on.feed.asked.count(UsedBy()) == 1


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_indexes_used(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    app = PlumbApp(FakeFeed(used("tasks_pkey", "comments_pkey")), Config(), FULL)
    assert snap_compare(app, terminal_size=size, press=["2", "slash", *"comments_", "enter", "enter"])
