"""The feed against real servers: what it shows, when, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.server.target import Target
from pgplumb.tui.live.feed import LiveFeed
from pgplumb.tui.requests import Connect, Definition, Pause, Refresh, UseDatabase, Watching
from pgplumb.tui.state import Phase, State
from pgplumb.workload.statements import Statements
from tests.databases import Database
from tests.tui.live.recorder import Recorder


class Running:
    """A started feed with its recorder."""

    def __init__(self, target: Target | None) -> None:
        self.seen = Recorder()
        self.feed = LiveFeed(target)
        self.feed.start(self.seen.post)


@pytest.fixture
def running(database: Database) -> Iterator[Running]:
    database.execute(
        """CREATE TABLE parent (id int PRIMARY KEY, a int, CONSTRAINT positive CHECK (a > 0));
           CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent)"""
    )
    run = Running(database.target())
    yield run
    run.feed.stop()


def checked(state: State) -> bool:
    return state.checklist is not None and state.access is not None


def fails(state: State, rule: str) -> bool:
    result = state.checklist.result(rule) if state.checklist else None
    return result is not None and result.status == "fail"


def test_names_come_before_anything_else(running: Running) -> None:
    running.seen.wait(checked)
    first = next(s for s in running.seen.states if s.names is not None)
    assert [n.name for n in first.names or ()] == ["child", "parent"]
    assert first.catalog is None
    assert first.checklist is None


@pytest.mark.parametrize("limit", [60.0, pytest.param(1.5, marks=pytest.mark.long)])
def test_a_change_by_another_session_is_seen_and_judged_within_a_second_and_a_half(
    running: Running, database: Database, limit: float
) -> None:
    running.seen.wait(lambda s: fails(s, "fk-columns-indexed"))
    database.execute("CREATE INDEX ON child (parent_id)")
    _, seconds = running.seen.wait(lambda s: s.checklist and not fails(s, "fk-columns-indexed"))
    assert seconds < limit
    database.execute("DROP INDEX child_parent_id_idx")
    _, seconds = running.seen.wait(lambda s: fails(s, "fk-columns-indexed"))
    assert seconds < limit


def test_a_table_locked_by_a_migration_keeps_nothing_waiting_and_names_the_holder(
    running: Running, database: Database
) -> None:
    running.seen.wait(checked)
    other = database.connect()
    other.execute("LOCK TABLE parent IN ACCESS EXCLUSIVE MODE")
    state, _ = running.seen.wait(lambda s: s.locked)
    (holder,) = state.locked.values()
    assert holder.pid == other.info.backend_pid
    assert state.catalog is not None
    assert state.catalog.relations[holder.relation].name == "parent"
    other.rollback()
    running.seen.wait(lambda s: not s.locked)


def test_opened_while_a_table_is_locked_it_shows_all_but_its_expressions(database: Database) -> None:
    database.execute("CREATE TABLE held (a int CONSTRAINT positive CHECK (a > 0)); CREATE TABLE free (a int)")
    other = database.connect()
    other.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
    run = Running(database.target())
    try:
        state, _ = run.seen.wait(checked)
        assert state.catalog is not None
        held = next(r for r in state.catalog.relations.values() if r.name == "held")
        (check,) = held.constraints
        assert isinstance(check.expression, Unread)
        assert str(other.info.backend_pid) in check.expression.reason
        other.rollback()

        def known(state: State) -> bool:
            relation = state.catalog.relations[held.oid] if state.catalog else None
            return relation is not None and not isinstance(relation.constraints[0].expression, Unread)

        run.seen.wait(known)
    finally:
        run.feed.stop()


def test_at_most_two_connections_are_held_and_one_when_idle(running: Running, database: Database) -> None:
    running.seen.wait(checked)
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgplumb' AND datname = current_database()"
    assert database.execute(count)[0][0] <= 2
    running.seen.wait(lambda s: database.execute(count)[0][0] == 1)


def test_a_definition_is_answered(running: Running) -> None:
    state, _ = running.seen.wait(lambda s: s.catalog and s.catalog.relations)
    assert state.catalog is not None
    child = next(r for r in state.catalog.relations.values() if r.name == "child")
    request = Definition(child.oid)
    running.feed.request(request)
    state, _ = running.seen.wait(lambda s: request in s.answers)
    text = list(state.answers[request].constraints.values())  # type: ignore[attr-defined]
    assert any(t.startswith("FOREIGN KEY (parent_id) REFERENCES") for t in text)


def test_a_paused_feed_reads_nothing_by_itself(running: Running, database: Database) -> None:
    running.seen.wait(checked)
    running.feed.request(Pause(True))
    running.seen.wait(lambda s: s.paused)
    database.execute("CREATE TABLE late (id int)")
    with pytest.raises(AssertionError):
        running.seen.wait(lambda s: any(r.name == "late" for r in s.catalog.relations.values()), 1.2)  # type: ignore[union-attr]
    running.feed.request(Pause(False))
    running.seen.wait(lambda s: any(r.name == "late" for r in s.catalog.relations.values()))  # type: ignore[union-attr]


def test_a_killed_backend_is_replaced_and_the_last_data_stays(running: Running, database: Database) -> None:
    running.seen.wait(checked)
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'pgplumb' AND datname = current_database()"
    )
    state, _ = running.seen.wait(lambda s: s.connection.phase is Phase.RECONNECTING)
    assert state.catalog is not None
    assert state.connection.next_try is not None
    running.feed.request(Refresh())
    running.seen.wait(lambda s: s.connection.phase is Phase.LIVE)


def test_what_ran_since_connecting_outlasts_a_lost_connection(database: Database) -> None:
    database.execute("CREATE EXTENSION pg_stat_statements")
    run = Running(database.target())

    def calls(state: State) -> int:
        since = state.statements_since
        entries = since.entries if isinstance(since, Statements) else ()
        return sum(e.calls for e in entries if "AS before_and_after" in (e.query or ""))

    try:
        run.seen.wait(lambda s: isinstance(s.statements_since, Statements))
        for _ in range(3):
            database.execute("SELECT 1 AS before_and_after")
        run.seen.wait(lambda s: calls(s) == 3)
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'pgplumb' AND datname = current_database()"
        )
        run.seen.wait(lambda s: s.connection.phase is Phase.RECONNECTING)
        database.execute("SELECT 1 AS before_and_after")
        run.feed.request(Refresh())
        run.seen.wait(lambda s: s.connection.phase is Phase.LIVE and calls(s) == 4)
    finally:
        run.feed.stop()


def test_what_runs_is_sampled_only_while_somebody_looks_and_nothing_is_counted(database: Database) -> None:
    run = Running(database.target())
    try:
        run.seen.wait(lambda s: isinstance(s.statements, Unread))
        assert run.seen.states[-1].sampled is None
        run.feed.request(Watching())
        state, _ = run.seen.wait(lambda s: s.sampled and s.sampled.looks >= 2)
        assert state.sampled is not None
        apart = (state.sampled.read_at - state.sampled.since).total_seconds()
        assert apart >= 0.9 * (state.sampled.looks - 1)
        assert state.sampled.entries == ()
        database.execute("CREATE EXTENSION pg_stat_statements")
        run.seen.wait(lambda s: isinstance(s.statements, Statements) and s.sampled is None)
    finally:
        run.feed.stop()


def test_another_database_of_the_server_replaces_everything(running: Running, database: Database) -> None:
    state, _ = running.seen.wait(lambda s: checked(s) and s.databases)
    assert database.name in state.databases
    running.feed.request(UseDatabase("postgres"))
    state, _ = running.seen.wait(lambda s: s.connection.database == "postgres" and checked(s))
    assert all(r.name != "parent" for r in state.catalog.relations.values())  # type: ignore[union-attr]


def test_an_unknown_database_is_one_clear_line_and_another_may_be_chosen(database: Database) -> None:
    run = Running(database.target().with_database("nowhere"))
    try:
        state, _ = run.seen.wait(lambda s: s.connection.phase is Phase.FAILED)
        assert "nowhere" in (state.connection.error or "")
        assert "\n" not in (state.connection.error or "")
        run.feed.request(Connect(database.conninfo))
        run.seen.wait(checked)
    finally:
        run.feed.stop()
