"""Rules on the figures of statements and of the database: where each begins to speak, and where it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database


@pytest.mark.parametrize(
    ("calls", "mean", "stddev", "longest", "status"),
    [
        (5000, 90.0, 60.0, 400.0, Status.FAIL),
        (5000, 20.0, 10.0, 90.0, Status.PASS),
        (5000, 50.0, 300.0, 9000.0, Status.UNKNOWN),
        (5000, 1.0, 3.0, 400.0, Status.PASS),
        (200, 900.0, 10.0, 990.0, Status.NOT_APPLICABLE),
    ],
)
def test_p95_is_an_estimate_or_nothing(
    calls: int, mean: float, stddev: float, longest: float, status: Status
) -> None:
    entry = r.statement(7, calls, mean, stddev_ms=stddev, max_ms=longest)
    result = r.run("latency-p95-target", r.facts(statements=r.statements(entry)))
    assert result.status is status, result
    assert [f.object for f in result.findings] == ["query:7"] * (status is Status.FAIL)
    assert all("by estimate" in f.message for f in result.findings)


def test_calls_of_two_kinds_are_found() -> None:
    alike = r.statement(1, 5000, 2.0, stddev_ms=4.0, max_ms=80.0)
    mixed = r.statement(2, 5000, 2.0, stddev_ms=20.0, max_ms=900.0)
    rare = r.statement(3, 10, 2.0, stddev_ms=90.0, max_ms=900.0)
    assert r.objects("query-variance", r.facts(statements=r.statements(alike, mixed, rare))) == ["query:2"]


@pytest.mark.parametrize(
    ("evictions", "maximum", "found"),
    [(0, 100, []), (5, 5000, []), (5, 1000, ["setting:pg_stat_statements.max"]), (500, 5000, None)],
)
def test_entries_that_were_thrown_out(evictions: int, maximum: int, found: list[str] | None) -> None:
    statements = r.statements(evictions=evictions, maximum=maximum)
    wanted = ["setting:pg_stat_statements.max"] if found is None else found
    assert r.objects("pg-stat-statements-not-evicting", r.facts(statements=statements)) == wanted
    old = r.facts(statements=r.statements(evictions=None, maximum=maximum))
    assert r.run("pg-stat-statements-not-evicting", old).status is Status.UNKNOWN


@pytest.mark.parametrize(("deadlocks", "found"), [(0, []), (30, []), (31, ["database:shop"])])
def test_deadlocks_are_counted_by_the_day(deadlocks: int, found: list[str]) -> None:
    facts = r.facts(statistics=r.statistics(database=r.counters(deadlocks=deadlocks)))
    assert r.objects("deadlocks-none", facts) == found


def test_compiling_that_takes_longer_than_running() -> None:
    dear = r.statement(1, 100, 50.0, jit_ms=3000.0)
    fine = r.statement(2, 100, 50.0, jit_ms=100.0)
    never = r.statement(3, 100, 50.0, jit_ms=0.0)
    given = r.facts(r.setting("jit", "on"), statements=r.statements(dear, fine, never))
    assert r.objects("jit-sane", given) == ["query:1"]
    off = r.facts(r.setting("jit", "off"), statements=r.statements(dear))
    assert r.run("jit-sane", off).status is Status.NOT_APPLICABLE
    old = r.facts(r.setting("jit", "on"), statements=r.statements(r.statement(1, 9, 9.0)))
    assert r.run("jit-sane", old).status is Status.UNKNOWN


@pytest.mark.parametrize(
    "rule",
    ["latency-p95-target", "query-variance", "pg-stat-statements-not-evicting", "jit-sane"],
)
def test_without_statements_nothing_is_known(rule: str) -> None:
    facts = replace(r.facts(r.setting("jit", "on")), statements=Unread("pg_stat_statements is not created"))
    assert r.run(rule, facts).status is Status.UNKNOWN


def test_on_a_real_server_all_of_them_answer(database: Database) -> None:
    database.execute("CREATE EXTENSION pg_stat_statements; CREATE TABLE t (x int)")
    # The counters belong to the server, whose other databases may have filled them.
    database.execute("SELECT pg_stat_statements_reset()")
    for _ in range(30):
        database.execute("SELECT count(*) FROM t")
    facts = gather(database.session(), Profile(thresholds={"latency-p95-target-calls": 20}))
    assert r.run("latency-p95-target", facts).status is Status.PASS
    assert r.run("pg-stat-statements-not-evicting", facts).status is Status.PASS
    assert r.run("deadlocks-none", facts).status is Status.PASS
