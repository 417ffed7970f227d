"""The Queries tab where nothing can be listed: why, the way to a list, and what samples show meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.checks.checklist import Checklist, RuleResult
from pgplumb.checks.finding import Finding, Fix
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from pgplumb.foundation.config import Config
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.requests import Explain, StatementText, Watching
from pgplumb.tui.state import Phase, Problem
from pgplumb.workload.sampling import Sample, Sampled
from pgplumb.workload.statements import StatementsUnread
from tests.tui.fakes import FakeFeed
from tests.tui.screens.test_main import FULL, opened
from tests.tui.tabs.query.entries import NOON
from tests.tui.tabs.query.states import queries, statements, totals
from tests.tui.tabs.test_queries import tab_of

SIZES = [(80, 24), (120, 40), (200, 50)]


async def test_a_missing_extension_is_said_with_the_next_step_and_its_sql_is_copied() -> None:
    missing = StatementsUnread(
        "pg_stat_statements is not created in this database",
        "The library is loaded and counts, but this database lacks the extension's view.",
        "Create the extension here; no restart is needed and past counts appear at once.",
        "CREATE EXTENSION pg_stat_statements;",
    )
    async with opened(queries(statements=missing, statements_since=missing), size=(80, 24)) as on:
        await on.press("4")
        assert "pg_stat_statements is not created in this database" in on.text
        assert "Create the extension here" in on.text
        await on.press("y")
        assert on.app.clipboard == "CREATE EXTENSION pg_stat_statements;"
        await on.post(queries())
        assert "UPDATE app.tasks" in on.text
        await on.press("j")
        row = tab_of(on).table.row
        assert row is not None
        assert row.key == totals().entries[1].key


async def test_where_nothing_is_listed_the_fix_is_the_one_that_lists_it() -> None:
    rule = next(rule for rule in all_rules() if rule.id == "pg-stat-statements-installed")
    fix = Fix("create-extension", {"extension": "pg_stat_statements"})
    finding = Finding("extension:pg_stat_statements", "nobody can read them here", fix=fix)
    answer = RuleResult(rule, rule.severity, Status.FAIL, 1, (finding,))
    missing = Unread("pg_stat_statements is not created in this database")
    state = queries(statements=missing, statements_since=missing, checklist=Checklist((answer,)))
    async with opened(state) as on:
        await on.press("4")
        assert tab_of(on).fix_here() is finding
        await on.post(replace(state, statements=totals()))
        assert tab_of(on).fix_here() is not finding


async def test_before_the_first_reading_it_says_what_is_going_on() -> None:
    async with opened(queries(statements=None, statements_since=None)) as on:
        await on.press("4")
        assert "reading pg_stat_statements" in on.text


async def test_a_reading_that_fails_keeps_the_last_one_and_says_so() -> None:
    async with opened(
        queries(problems=(Problem("statements", "canceling statement due to statement timeout"),))
    ) as on:
        await on.press("4")
        assert "not read again: canceling statement due to statement timeout" in on.text
        assert "UPDATE app.tasks" in on.text


async def test_a_saved_catalog_shows_totals_and_says_what_needs_a_server() -> None:
    state = queries(statements_since=Unread("needs a server: a saved catalog is shown"))
    async with opened(replace(state, connection=replace(state.connection, phase=Phase.OFFLINE))) as on:
        await on.press("4", "d")
        assert "needs a server" in on.main.message
        assert "UPDATE app.tasks" in on.text
        await on.press("p", "p")
        assert "a plan needs a server" in on.text
        assert not any(isinstance(asked, (Explain, StatementText)) for asked in on.feed.asked)


# Samples


NOT_LOADED = StatementsUnread(
    "pg_stat_statements is not loaded",
    "The server counts statements only where the library is in shared_preload_libraries at start.",
    "Add it to shared_preload_libraries (on a managed service: in its parameters), restart the server, then"
    " CREATE EXTENSION pg_stat_statements.",
    "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_stat_statements';",
    needs_restart=True,
)


def sampled(looks: int = 42) -> Sampled:
    """What was seen of the sample database's applications."""
    entries = tuple(
        Sample(
            f"{number:016x}",
            e.role,
            e.query or "",
            seen=max(looks // (number + 1), 1),
            longest_s=12.4 / (number + 1),
            waits=((("IO: DataFileRead", 3), ("running", 1)) if number % 3 else (("running", 9),)),
        )
        for number, e in enumerate(statements())
    )
    since = NOON - timedelta(seconds=looks)
    return Sampled(since, NOON, looks, entries, seen=sum(e.seen for e in entries))


async def test_where_nothing_is_counted_what_is_seen_to_run_is_listed_as_sampled() -> None:
    state = queries(statements=NOT_LOADED, statements_since=NOT_LOADED)
    async with opened(state, size=(120, 40)) as on:
        await on.press("4")
        assert any(isinstance(asked, Watching) for asked in on.feed.asked)
        assert "sampled" not in on.text
        await on.post(replace(state, sampled=sampled()))
        assert "sampled  42 samples since 11:59:18, one a second" in on.text
        assert "UPDATE app.tasks" in on.text
        assert "pg_stat_statements is not loaded" in on.text
        await on.press("y")
        assert on.app.clipboard == NOT_LOADED.sql
        await on.press("tab", "y")
        assert on.app.clipboard == sampled().entries[0].query
        await on.press("tab", "y")
        assert on.app.clipboard == NOT_LOADED.sql


async def test_what_samples_cannot_show_is_said() -> None:
    state = queries(statements=NOT_LOADED, statements_since=NOT_LOADED)
    async with opened(state, size=(120, 40)) as on:
        await on.press("4")
        await on.post(replace(state, sampled=replace(sampled(), hidden=7)))
        assert "7 sessions are hidden: needs pg_read_all_stats" in on.text
        await on.post(replace(state, sampled=replace(sampled(), entries=(), seen=0)))
        assert "nothing was seen to run" in on.text


async def test_nobody_asks_for_samples_where_statements_are_counted() -> None:
    async with opened(queries()) as on:
        await on.press("4")
        assert not any(isinstance(asked, Watching) for asked in on.feed.asked)


def test_queries_missing(snap_compare: Callable[..., bool]) -> None:
    app = PlumbApp(FakeFeed(queries(statements=NOT_LOADED, statements_since=NOT_LOADED)), Config(), FULL)
    assert snap_compare(app, terminal_size=(120, 40), press=["4"])


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_queries_sampled(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    state = queries(statements=NOT_LOADED, statements_since=NOT_LOADED, sampled=sampled())
    app = PlumbApp(FakeFeed(state), Config(), FULL)
    assert snap_compare(app, terminal_size=size, press=["4", "tab", "j"])
