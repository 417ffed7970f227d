"""Rules on what the server's counters and pg_stat_statements say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.model import Extension
from pgplumb.catalog.unread import Unread
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database

PGSS = Extension(1, "pg_stat_statements", "public", "1.12", "1.12", True, 10)
LOADED = r.setting("pg_stat_statements.max", "5000")


def test_pg_stat_statements_takes_library_and_extension() -> None:
    rule = "pg-stat-statements-installed"
    nothing = r.facts(r.setting("shared_preload_libraries", ""))
    assert r.objects(rule, nothing) == ["setting:shared_preload_libraries"]
    library = r.facts(LOADED, statements=Unread("not created"))
    assert r.objects(rule, library) == ["extension:pg_stat_statements"]
    both = r.facts(catalog=r.catalog(LOADED, extensions={1: PGSS}), statements=r.statements())
    assert r.run(rule, both).status is Status.PASS
    useless = r.facts(
        catalog=r.catalog(r.setting("shared_preload_libraries", "auto_explain"), extensions={1: PGSS})
    )
    assert r.objects(rule, useless) == ["setting:shared_preload_libraries"]


def test_what_the_role_may_not_see_of_statements_is_unknown() -> None:
    rule = "pg-stat-statements-installed"
    hidden = r.facts(r.setting("shared_preload_libraries", None))
    assert r.run(rule, hidden).status is Status.UNKNOWN
    others = r.facts(
        catalog=r.catalog(LOADED, extensions={1: PGSS}), statements=r.statements(hidden_entries=4)
    )
    assert (r.run(rule, others).status, "4 statements" in r.run(rule, others).reason) == (
        Status.UNKNOWN,
        True,
    )


def test_on_a_real_server_the_extension_makes_it_pass(database: Database) -> None:
    rule = "pg-stat-statements-installed"
    assert r.run(rule, gather(database.session(), Profile())).status is Status.FAIL
    database.execute("CREATE EXTENSION pg_stat_statements")
    assert r.run(rule, gather(database.session(), Profile())).status is Status.PASS


@pytest.mark.parametrize(
    ("rule", "few", "good", "bad"),
    [
        (
            "cache-hit-ratio",
            {"blocks_hit": 10, "blocks_read": 90},
            {"blocks_hit": 995_000, "blocks_read": 5_000},
            {"blocks_hit": 900_000, "blocks_read": 100_000},
        ),
        (
            "rollback-ratio",
            {"commits": 10, "rollbacks": 90},
            {"commits": 9_900, "rollbacks": 100},
            {"commits": 9_000, "rollbacks": 1_000},
        ),
    ],
)
def test_a_ratio_needs_a_volume(
    rule: str, few: dict[str, int], good: dict[str, int], bad: dict[str, int]
) -> None:
    answers = [
        r.run(rule, r.facts(statistics=r.statistics(database=r.counters(**c)))).status
        for c in (few, good, bad)
    ]
    assert answers == [Status.UNKNOWN, Status.PASS, Status.FAIL]


@pytest.mark.parametrize(
    ("rows", "sequential", "by_index", "status"),
    [
        (50_000, 900, 100, Status.FAIL),
        (50_000, 10, 990, Status.PASS),
        (50_000, 40, 20, Status.UNKNOWN),
        (500, 900, 100, Status.NOT_APPLICABLE),
    ],
    ids=["read as a whole", "by index", "hardly read", "small"],
)
def test_large_tables_are_read_by_index(rows: int, sequential: int, by_index: int, status: Status) -> None:
    counted = r.counted(tuples=float(rows), live=rows, seq_scans=sequential, index_scans=by_index)
    catalog = r.catalog(relations={7: r.table(7, "t")})
    given = r.facts(catalog=catalog, statistics=r.statistics(tables={7: counted}))
    assert r.run("index-usage-ratio", given).status is status


def test_scans_of_partitions_add_up_at_the_root() -> None:
    leaf = {"is_partition": True, "parents": (7,)}
    relations = {7: r.table(7, "e", kind="p"), 8: r.table(8, "e1", **leaf), 9: r.table(9, "e2", **leaf)}
    counted = r.counted(tuples=9e3, live=9000, seq_scans=90, index_scans=10)
    given = r.facts(
        catalog=r.catalog(relations=relations), statistics=r.statistics(tables={8: counted, 9: counted})
    )
    assert r.objects("index-usage-ratio", given) == ["table:public.e"]


def test_slow_statements_that_run_often_are_found() -> None:
    entries = (r.statement(1, 500, 80.0), r.statement(2, 500, 2.0), r.statement(3, 5, 900.0))
    assert r.objects("slow-query-budget", r.facts(statements=r.statements(*entries))) == ["query:1"]
    strict = r.facts(statements=r.statements(*entries), thresholds={"slow-query-budget": 1.0})
    assert r.objects("slow-query-budget", strict) == ["query:1", "query:2"]


def test_statements_that_were_not_read_are_unknown() -> None:
    for rule in ("slow-query-budget", "query-share-outlier"):
        result = r.run(rule, r.facts(statements=Unread("CREATE EXTENSION pg_stat_statements")))
        assert (result.status, result.reason) == (Status.UNKNOWN, "CREATE EXTENSION pg_stat_statements")


def test_a_statement_of_several_roles_counts_as_one() -> None:
    mine = r.statement(1, 5000, 3.0)
    theirs = replace(mine, userid=101, role="web")
    rest = [r.statement(n, 1000, 5.0) for n in range(2, 12)]
    given = r.facts(statements=r.statements(mine, theirs, *rest))
    assert r.objects("query-share-outlier", given) == ["query:1"]
    assert r.run("query-share-outlier", r.facts(statements=r.statements(mine, *rest))).status is Status.PASS
    assert r.run("query-share-outlier", r.facts(statements=r.statements(r.statement(1, 3, 1.0)))).status is (
        Status.UNKNOWN
    )


def test_io_timing_is_on_or_said() -> None:
    assert r.objects("track-io-timing-on", r.facts(r.setting("track_io_timing", "off"))) == [
        "setting:track_io_timing"
    ]
    assert r.run("track-io-timing-on", r.facts(r.setting("track_io_timing", "on"))).status is Status.PASS


def test_counters_of_yesterday_are_too_young() -> None:
    young = r.statistics(database=r.counters(stats_reset=r.ago(86400)))
    assert r.objects("stats-reset-age-known", r.facts(statistics=young)) == ["database:shop"]
    assert r.run("stats-reset-age-known", r.facts()).status is Status.PASS
