"""The sample's applications: at work, bounded, and quick to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from pgplumb.demo.applications import APPLICATIONS
from pgplumb.demo.workload import Application, Client, Shared, Workload, statements
from tests.demo.flaws import flaws
from tests.demo.sample import Sample
from tests.waiting import eventually

QUICK = 0.02
"""A pace at which minutes of work take seconds."""
CHANGED = (
    "app.tasks", "app.comments", "app.notifications", "app.webhook_deliveries", "app.audit_log",
    "analytics.events", "billing.invoices",
)  # fmt: skip
CALLS = """
SELECT rolname::text, sum(calls)::integer FROM pg_stat_statements JOIN pg_roles r ON r.oid = userid GROUP BY 1
"""
CALLS_FOR_A_LIST = """
SELECT coalesce(sum(calls) FILTER (WHERE query LIKE '%NULLS LAST%'), 0)::integer,
       coalesce(sum(calls) FILTER (WHERE query LIKE '%max(created_at) FROM app.comments%'), 0)::integer
FROM pg_stat_statements
"""
CONNECTED = """
SELECT count(*) FROM pg_stat_activity
WHERE usename IN ('web', 'worker', 'reporting', 'support', 'nightly_import')
"""
NAMELESS = """
SELECT DISTINCT usename::text FROM pg_stat_activity
WHERE backend_type = 'client backend' AND application_name = '' AND usename <> 'postgres'
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'worker' AND wait_event_type = 'Lock'"
KILL = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'killed'"


@contextmanager
def at_work(
    sample: Sample, applications: tuple[Application, ...] = APPLICATIONS, pace: float = QUICK
) -> Iterator[Workload]:
    """Run applications on the sample."""
    workload = Workload(sample.demo.conninfo, applications, pace)
    workload.start()
    try:
        yield workload
    finally:
        workload.stop(10)


def calls_by_role(sample: Sample) -> dict[str, int]:
    """Return how many calls pg_stat_statements counted, by role."""
    return dict(sample.rows(CALLS))


def counts(sample: Sample) -> dict[str, int]:
    return {table: sample.one(f"SELECT count(*) FROM {table}") for table in CHANGED}


def test_every_statement_of_every_application_runs(sample: Sample) -> None:
    used: set[str] = set()

    class Noting(Client):
        def run(self, name: str, *parameters: object) -> list[tuple[object, ...]]:
            used.add(name)
            return super().run(name, *parameters)

    for application in APPLICATIONS:
        client = Noting(f"{sample.demo.conninfo} user={application.role}", Shared(), 1, pace=0)
        for _ in range(30):
            application.turn(client)
        client.close()
    assert used == set(statements())


def test_every_application_shows_in_the_statistics_under_its_own_role(newest: Sample) -> None:
    wanted = {application.role for application in APPLICATIONS} | {"app_admin"}
    with at_work(newest):
        assert eventually(lambda: wanted <= calls_by_role(newest).keys())


def test_one_application_gives_no_name(newest: Sample) -> None:
    named = {f.object for f in flaws() if f.rule == "application-name-set"}
    with at_work(newest, pace=1):
        assert eventually(lambda: {f"role:{role}" for (role,) in newest.rows(NAMELESS)} == named)


@pytest.mark.long
def test_hours_of_work_leave_as_many_rows(newest: Sample) -> None:
    before, calls = counts(newest), sum(calls_by_role(newest).values())
    with at_work(newest):
        assert eventually(lambda: sum(calls_by_role(newest).values()) > calls + 1500, 60)
    assert counts(newest) == before


@pytest.mark.long
def test_somebody_waits_for_a_lock_now_and_then(newest: Sample) -> None:
    applications = tuple(a for a in APPLICATIONS if a.role in ("support", "worker"))
    with at_work(newest, applications, pace=0.1):
        assert eventually(lambda: newest.one(WAITING) > 0, 60)


def test_a_list_asks_once_a_row(newest: Sample) -> None:
    lists, rows = newest.rows(CALLS_FOR_A_LIST)[0]
    with at_work(newest):
        assert eventually(lambda: newest.rows(CALLS_FOR_A_LIST)[0][0] >= lists + 5)
    after_lists, after_rows = newest.rows(CALLS_FOR_A_LIST)[0]
    assert after_rows - rows > 3 * (after_lists - lists)


def test_the_workload_stops_whatever_it_is_doing(newest: Sample) -> None:
    workload = Workload(newest.demo.conninfo)
    workload.start()
    assert eventually(lambda: newest.one(CONNECTED) >= 2)
    assert workload.stop(30.0)
    assert eventually(lambda: newest.one(CONNECTED) == 0)


def test_a_statement_that_waits_for_a_lock_does_not_hold_up_the_stop(newest: Sample) -> None:
    def turn(client: Client) -> None:
        client.run("move_task", 1, 1)

    with psycopg.connect(newest.demo.conninfo) as holder:
        holder.execute("LOCK TABLE app.tasks IN ACCESS EXCLUSIVE MODE")
        workload = Workload(newest.demo.conninfo, (Application("worker", "stuck", turn),))
        workload.start()
        assert eventually(lambda: newest.one(WAITING) == 1)
        assert workload.stop(30.0)


def test_a_workload_survives_a_lost_connection(newest: Sample) -> None:
    turns = threading.Semaphore(0)

    def turn(client: Client) -> None:
        client.run("set_tenant", "1")
        turns.release()
        client.wait(0.1)

    with at_work(newest, (Application("worker", "killed", turn),), pace=0.1):
        assert turns.acquire(timeout=60)
        assert eventually(lambda: newest.one(KILL) == 1)
        while turns.acquire(blocking=False):
            pass
        assert all(turns.acquire(timeout=60) for _ in range(3))


@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda application: application.role)
def test_equal_seeds_do_equal_work(newest: Sample, application: Application) -> None:
    def work() -> list[tuple[object, ...]]:
        done: list[tuple[object, ...]] = []

        class Noting(Client):
            def run(self, name: str, *parameters: object) -> list[tuple[object, ...]]:
                # Event ids come from the clock.
                done.append((name, *(p for p in parameters if not (isinstance(p, int) and p > 10**15))))
                return []

        client = Noting("", Shared(), 5, pace=0)
        for _ in range(20):
            application.turn(client)
        return done

    assert work() == work()
