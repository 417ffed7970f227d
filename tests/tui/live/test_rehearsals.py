"""Migrations tried in the feed's twin: the newest counts, nothing is waited for, the twin is like the target."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.migrate.probes import Answer, probes_for
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.tui.live.neighbours import part_for
from pgplumb.tui.live.rehearsed import ComparedPlans, Rehearsed
from pgplumb.tui.requests import AskTarget, ComparePlans, OfRehearsal, Prove, Rehearse
from pgplumb.tui.state import State
from tests.databases import Database
from tests.tui.live.test_feed import Running, checked

SECONDS = 60.0
ODD = '"Odd ""name""; DROP TABLE x"'


@pytest.fixture(scope="module")
def shop(server: EmbeddedServer) -> Iterator[Database]:
    made = Database.create(server, "rehearsals")
    made.execute(
        f"""CREATE SCHEMA shop;
           CREATE TABLE shop.customers (id bigint PRIMARY KEY, name text NOT NULL);
           CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES shop.customers, total int);
           INSERT INTO shop.customers SELECT n, 'c' FROM generate_series(1, 100) n;
           INSERT INTO shop.orders SELECT n, n % 100 + 1, n FROM generate_series(1, 1000) n;
           CREATE TABLE shop.{ODD} ("a'b" int);
           ANALYZE"""
    )
    yield made
    made.drop()


@pytest.fixture(scope="module")
def running(shop: Database) -> Iterator[Running]:
    run = Running(shop.target())
    run.seen.wait(lambda s: checked(s) and s.statistics, SECONDS)
    yield run
    run.feed.stop()


def asked(run: Running, request: OfRehearsal) -> State:
    """Ask, and return the state with the answer."""
    run.feed.request(request)

    def answered(state: State) -> bool:
        if isinstance(request, Prove):
            return state.rehearsal.proven is not None and state.rehearsal.proven.request is request
        found = state.rehearsal.found
        done = found is not None and (found.checklist is not None or found.unchecked is not None)
        return found is not None and found.request is request and done

    return run.seen.wait(answered, SECONDS)[0]


def rehearsed(run: Running, up: str) -> Rehearsed:
    """Rehearse a text."""
    found = asked(run, Rehearse(up, "autocommit")).rehearsal.found
    assert found is not None
    return found


def locks(found: Rehearsed) -> list[dict[str, str]]:
    return [dict(one.locks) for one in found.linted.statements]


def test_locks_are_measured_where_the_server_counts_no_statements(running: Running) -> None:
    found = rehearsed(running, "ALTER TABLE shop.orders ADD COLUMN u uuid DEFAULT gen_random_uuid();")
    assert locks(found) == [{"shop.orders": "AccessExclusiveLock"}]
    assert found.linted.statements[0].rewrites == ("shop.orders",)
    assert found.linted.statements[0].source == "rehearsed"


def test_the_checklist_is_what_it_would_be(running: Running) -> None:
    found = rehearsed(running, "CREATE INDEX ON shop.orders (customer_id);")
    assert found.checklist is not None
    flip = next(f for f in found.checklist.flips if f.rule == "fk-columns-indexed")
    assert ([f.object for f in flip.gone], flip.new) == (
        ["fk:shop.orders.orders_customer_id_fkey"],
        (),
    )


def test_what_fails_says_where(running: Running) -> None:
    found = rehearsed(running, "SELECT 1;\nALTER TABLE shop.orders DROP COLUMN nonsense;")
    error = found.rehearsal.statements[1].error
    assert found.linted.executes is False
    assert error is not None
    assert error.sqlstate == "42703"
    assert found.unchecked is not None


def test_one_that_hangs_is_abandoned_for_the_next(running: Running) -> None:
    rehearsed(running, "SELECT 1;")
    running.feed.request(Rehearse("SELECT pg_sleep(25);", "autocommit"))
    running.seen.wait(lambda s: s.rehearsal.doing == "rehearsing", SECONDS)
    running.feed.request(Rehearse("SELECT pg_sleep(26);", "autocommit"))
    found = rehearsed(running, "ALTER TABLE shop.orders ADD COLUMN n int;")
    assert found.seconds < 50
    assert found.linted.executes is True
    assert all(
        "pg_sleep" not in s.rehearsal.found.request.up for s in running.seen.states if s.rehearsal.found
    )


def test_names_are_names_whatever_stands_in_them(running: Running) -> None:
    found = rehearsed(running, f"""ALTER TABLE shop.{ODD} ALTER COLUMN "a'b" TYPE bigint;""")
    assert locks(found) == [{f"shop.{ODD}": "AccessExclusiveLock"}]


@pytest.mark.parametrize(
    ("up", "down", "verdict"),
    [
        ("CREATE INDEX i ON shop.orders (total);", "DROP INDEX shop.i;", "exact"),
        (
            "ALTER TABLE shop.orders DROP COLUMN total;",
            "ALTER TABLE shop.orders ADD COLUMN total int;",
            "shape",
        ),
        ("CREATE INDEX i ON shop.orders (total);", "", "none"),
    ],
)
def test_a_down_is_proved(running: Running, up: str, down: str, verdict: str) -> None:
    proven = asked(running, Prove(up, down, "autocommit")).rehearsal.proven
    assert proven is not None
    assert proven.proof.verdict == verdict


def test_plans_are_not_compared_where_no_statement_is_known_and_it_says_so(running: Running) -> None:
    request = ComparePlans("CREATE INDEX ON shop.orders (total);")
    running.feed.request(request)
    state, _ = running.seen.wait(lambda s: s.compared is not None and s.compared.request is request, SECONDS)
    assert isinstance(state.compared, ComparedPlans)
    assert state.compared.why_not == "no statements are known"


def test_the_target_answers_what_a_person_has_seen_and_only_the_last_answers_are_kept(
    running: Running,
) -> None:
    up = "ALTER TABLE shop.orders ALTER COLUMN total SET NOT NULL;"
    catalog = running.seen.states[-1].catalog
    assert catalog is not None
    probes = tuple(p for p in probes_for(up, catalog, "autocommit") if p.id == "nulls")
    for number in (1, 2):
        request = AskTarget(up, "autocommit", number, probes=probes)
        running.feed.request(request)
        state, _ = running.seen.wait(lambda s: request in s.answers, SECONDS)  # noqa: B023
    answers = state.answers[AskTarget(up, "autocommit", 2)]
    assert isinstance(answers, tuple)
    assert all(isinstance(answer, Answer) and answer.status == "pass" for answer in answers)
    assert sum(isinstance(asked, AskTarget) for asked in state.answers) == 1


def test_a_twin_follows_the_target(running: Running, shop: Database) -> None:
    before = rehearsed(running, "SELECT 1;").made_at
    shop.execute("CREATE TABLE shop.fresh (id int)")
    running.feed.request(Rehearse("SELECT 2;", "autocommit"))
    running.seen.wait(lambda s: s.catalog is not None and ("shop", "fresh") in s.catalog.by_name, SECONDS)
    found = rehearsed(running, "ALTER TABLE shop.fresh ADD COLUMN n int;")
    assert locks(found) == [{"shop.fresh": "AccessExclusiveLock"}]
    assert found.made_at > before


def test_a_lost_connection_does_not_stop_what_is_rehearsed(running: Running, shop: Database) -> None:
    rehearsed(running, "SELECT 1;")
    with psycopg.connect(shop.server.conninfo(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'rehearsals'"
        )
    assert locks(rehearsed(running, "DROP TABLE shop.orders;")) == [
        {"shop.orders": "AccessExclusiveLock", "shop.customers": "AccessExclusiveLock"}
    ]


def test_a_twin_whose_server_has_died_is_made_anew(running: Running) -> None:
    before = rehearsed(running, "SELECT 1;").made_at
    twins = running.feed._desk._twins
    assert twins is not None
    assert twins._made is not None
    os.kill(twins._made.twin._server.pid, signal.SIGQUIT)
    found = rehearsed(running, "ALTER TABLE shop.orders ADD COLUMN n int;")
    assert locks(found) == [{"shop.orders": "AccessExclusiveLock"}]
    assert found.made_at > before


def test_of_a_large_schema_what_a_text_names_is_built_with_its_neighbours(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = running.seen.states[-1].catalog
    assert catalog is not None
    assert part_for("DROP TABLE shop.orders", catalog) is None
    monkeypatch.setattr("pgplumb.tui.live.neighbours.WHOLE", 1)
    assert part_for("ALTER TABLE ORDERS ADD n int", catalog) == frozenset({"shop.orders", "shop.customers"})
    assert part_for("DROP INDEX shop.orders_pkey", catalog) == frozenset({"shop.orders", "shop.customers"})
    assert part_for(f"DROP TABLE {ODD}", catalog) == frozenset({f"shop.{ODD}"})
    assert part_for("CREATE TABLE x ()", catalog) == frozenset()
