"""What ran since a first reading: over evictions, resets, restarts and other servers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pgplumb.workload.period import LOST, Period
from pgplumb.workload.statements import Statements
from pgplumb.workload.statements_reader import read_statements
from tests.databases import Database
from tests.workload.entries import NOON, entry, reading


def calls(statements: Statements) -> dict[int, int]:
    return {e.queryid: e.calls for e in statements.entries}


def test_the_first_reading_is_where_it_begins() -> None:
    period = Period()
    assert period.add(reading(entry([1.0] * 5))).entries == ()
    assert calls(period.add(reading(entry([1.0] * 7), seconds=2))) == {7: 2}
    since = period.add(reading(entry([1.0] * 9), seconds=4))
    assert calls(since) == {7: 4}
    assert since.seconds == 4


def test_what_an_entry_counted_before_it_was_evicted_is_kept() -> None:
    period = Period()
    period.add(reading(entry([1.0] * 5)))
    period.add(reading(entry([1.0] * 8), seconds=2))
    gone = period.add(reading(seconds=4, evictions=4))
    assert calls(gone) == {7: 3}
    assert (gone.lost, gone.evictions, gone.was_reset) == (1, 1, False)
    back = period.add(reading(entry([2.0] * 6), seconds=6, evictions=4))
    assert calls(back) == {7: 9}
    assert back.entries[0].total_ms == pytest.approx(3 + 12)
    assert back.entries[0].stddev_ms == pytest.approx(0.4714, rel=1e-3)


def test_an_entry_that_came_back_with_more_calls_than_before_counts_whole() -> None:
    """Before extension 1.11 nothing dates an entry: only a reading without it tells that it was evicted."""
    period = Period()
    period.add(reading(entry([1.0] * 5)))
    period.add(reading(seconds=2))
    assert calls(period.add(reading(entry([1.0] * 9), seconds=4))) == {7: 9}


def test_one_entry_that_is_reset_begins_anew_alone() -> None:
    period = Period()
    other = entry([1.0] * 50, 8)
    period.add(reading(entry([1.0] * 5), other))
    period.add(reading(entry([1.0] * 6), other, seconds=2))
    since = period.add(reading(entry([1.0] * 2), other, seconds=4))
    assert calls(since) == {7: 3}
    assert since.lost == 1


def test_a_reset_begins_it_anew_and_is_said_from_then_on() -> None:
    period = Period()
    period.add(reading(entry([1.0] * 5)))
    at = NOON + timedelta(seconds=1)
    since = period.add(reading(entry([1.0] * 2), seconds=2, stats_reset=at, evictions=0))
    assert (calls(since), since.was_reset, since.seconds, since.evictions) == ({7: 2}, True, 1, 0)
    since = period.add(reading(entry([1.0] * 9), seconds=5, stats_reset=at, evictions=1))
    assert (calls(since), since.was_reset, since.seconds, since.evictions) == ({7: 9}, True, 4, 1)


def test_another_server_behind_the_same_name_has_nothing_to_subtract_from() -> None:
    """After a failover the counters of the new primary began long ago: they are not what ran meanwhile."""
    period = Period()
    period.add(reading(entry([1.0] * 5)))
    elsewhere = NOON - timedelta(days=9)
    since = period.add(reading(entry([1.0] * 5000), seconds=2, stats_reset=elsewhere))
    assert (calls(since), since.was_reset) == ({}, False)
    since = period.add(reading(entry([1.0] * 5001), seconds=4, stats_reset=elsewhere))
    assert (calls(since), since.seconds) == ({7: 1}, 2)


def test_a_restart_of_a_server_that_keeps_its_counters_goes_on() -> None:
    period = Period()
    period.add(reading(entry([1.0] * 5)))
    since = period.add(reading(entry([1.0] * 6), seconds=9, started=NOON + timedelta(seconds=5)))
    assert calls(since) == {7: 1}


def test_before_1_9_a_restart_begins_it_anew() -> None:
    period = Period()
    period.add(reading(entry([1.0] * 5), stats_reset=None))
    restarted = reading(entry([1.0] * 9), seconds=9, stats_reset=None, started=NOON + timedelta(seconds=5))
    assert period.add(restarted).entries == ()


def test_what_is_remembered_of_evicted_entries_has_a_bound() -> None:
    period = Period()
    period.add(reading())
    for n in range(4):
        entries = [entry([float(k)], n * 1_000_000 + k) for k in range(1, 1001)]
        since = period.add(reading(*entries, seconds=n))
    assert since.lost == 3_000
    assert len(since.entries) <= 1_000 + LOST
    assert since.entries[0].total_ms == 1000


def test_evictions_of_a_real_server_are_seen_and_counted(database: Database) -> None:
    database.execute("CREATE EXTENSION pg_stat_statements")
    period = Period()

    def read() -> Statements:
        with database.session() as session, session.unit() as unit:
            found = read_statements(unit, texts=0)
        assert isinstance(found, Statements)
        return period.add(found)

    read()
    queryid = database.execute(
        "SELECT queryid FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid"
        " WHERE datname = current_database() AND query LIKE 'CREATE EXTENSION%'"
    )[0][0]
    database.execute(f"SELECT pg_stat_statements_reset(queryid => {queryid})")
    assert read().lost >= 1
