"""How much time statements took lately."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.tui.tabs.query.trend import INTERVALS, Trend, of_statements
from tests.tui.tabs.query.entries import NOON, entry, reading

KEY = entry(1).key


def test_an_interval_is_what_ran_in_ten_seconds_and_the_newest_stands_last() -> None:
    trend = Trend()
    for seconds, total in ((0, 100.0), (4, 300.0), (10, 600.0), (20, 650.0)):
        trend.add(reading(entry(1, calls=int(total), total_ms=total), seconds=seconds))
    assert of_statements(trend.intervals, [KEY]) == (50.0, 5.0)


def test_a_statement_that_did_not_run_took_nothing_and_another_is_not_mixed_in() -> None:
    trend = Trend()
    still = entry(2, calls=5, total_ms=50.0)
    for seconds in (0, 10):
        trend.add(reading(entry(1, calls=10 + seconds, total_ms=100.0 + seconds), still, seconds=seconds))
    assert of_statements(trend.intervals, [still.key]) == (0.0,)
    assert of_statements(trend.intervals, [still.key, KEY]) == (1.0,)


def test_the_same_reading_twice_changes_nothing() -> None:
    trend = Trend()
    first, last = reading(entry(1)), reading(entry(1, calls=20, total_ms=200.0), seconds=10)
    assert [trend.add(first), trend.add(first), trend.add(last), trend.add(last)] == [
        False,
        False,
        True,
        False,
    ]
    assert len(trend.intervals) == 1


def test_two_minutes_are_kept() -> None:
    trend = Trend()
    for n in range(INTERVALS + 9):
        trend.add(reading(entry(1, calls=n + 1, total_ms=10.0 * n * n), seconds=10.0 * n))
    values = of_statements(trend.intervals, [KEY])
    assert len(values) == INTERVALS
    assert values == tuple(sorted(values))


def test_after_a_reset_of_the_counters_only_what_ran_since_counts() -> None:
    trend = Trend()
    trend.add(reading(entry(1, calls=1000, total_ms=90_000.0)))
    after = reading(entry(1, calls=1, total_ms=40.0), seconds=10)
    trend.add(replace(after, stats_reset=NOON))
    assert of_statements(trend.intervals, [KEY]) == (4.0,)


def test_a_slower_rhythm_gives_the_mean_of_the_longer_time() -> None:
    trend = Trend()
    trend.add(reading(entry(1, calls=1, total_ms=0.0)))
    trend.add(reading(entry(1, calls=2, total_ms=640.0), seconds=64))
    assert of_statements(trend.intervals, [KEY]) == (10.0,)


def test_the_newest_interval_can_be_looked_at_and_gets_texts_that_come_later() -> None:
    trend = Trend()
    trend.add(reading(entry(1, None, calls=1, total_ms=10.0)))
    trend.add(reading(entry(1, None, calls=5, total_ms=50.0), seconds=10))
    last = trend.last
    assert last is not None
    assert [(e.calls, e.total_ms, e.query) for e in last.entries] == [(4, 40.0, None)]
    assert last.seconds == 10
    trend.add(reading(entry(1, "SELECT 1", calls=6, total_ms=60.0), seconds=12))
    assert trend.last is not None
    assert [(e.calls, e.query) for e in trend.last.entries] == [(4, "SELECT 1")]
    known = trend.last
    trend.add(reading(entry(1, "SELECT 1", calls=7, total_ms=70.0), seconds=14))
    assert trend.last is known, "nothing is drawn again for it"
