"""The figures of one statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pgplumb.tui.tabs.query.figures import WIDTH, figures
from pgplumb.tui.tabs.query.rows import query_rows
from pgplumb.tui.widgets.ink import text_of, width_of
from pgplumb.workload.statements import Statement, Statements
from tests.tui.tabs.query.entries import NOON, entry, reading


def shown(of: Statements) -> dict[str, str]:
    """Lines by name, blanks folded."""
    lines = figures(query_rows(of)[0], of)
    assert all(width_of(line) == WIDTH for line in lines)
    return {text_of(line)[:16].strip(): " ".join(text_of(line)[16:].split()) for line in lines}


def one(**changes: object) -> Statement:
    return replace(entry(1, calls=100, total_ms=5000.0, rows=250), **changes)  # type: ignore[arg-type]


def test_sums_stand_beside_what_a_call_takes() -> None:
    found = shown(
        reading(one(shared_hit=900, shared_read=100, read_ms=50.0, temp_blks=200, wal_bytes=409_600))
    )
    assert found["execution time"] == "5.0 s 50 ms 100 % of all time"
    assert found["rows"] == "250 2.5"
    assert found["blocks in memory"] == "900 9 90 % hit"
    assert found["blocks read"] == "100 1 50 ms of waiting"
    assert found["temporary files"] == "1.6 MB 16 kB"
    assert found["WAL"] == "400 kB 4 kB"


def test_how_often_it_runs_is_counted_from_the_reset_the_entrys_own_beginning_or_the_period() -> None:
    three_hours = reading(one())
    assert shown(three_hours)["calls"] == "100 33 an hour"
    assert shown(reading(one(since=NOON - timedelta(seconds=50))))["calls"] == "100 2 a second"
    assert shown(replace(three_hours, seconds=600.0))["calls"] == "100 10 a minute"
    assert shown(reading(one(), stats_reset=None))["calls"] == "100"


def test_what_is_not_measured_is_said_and_what_two_totals_do_not_give_is_left_out() -> None:
    found = shown(reading(one(read_ms=None)))
    assert found["blocks read"] == "0 0 not timed"
    assert found["planning"] == "not timed"
    assert not {"shortest", "longest", "WAL", "JIT"} & found.keys()


def test_a_mean_that_stands_for_no_call_is_marked() -> None:
    assert shown(reading(one(stddev_ms=150.0)))["deviation"] == "150 ms ! two speeds: 3.0x"
    assert shown(reading(one(stddev_ms=60.0)))["deviation"] == "60 ms"
    assert shown(reading(one(stddev_ms=150.0, calls=3)))["deviation"] == "150 ms"


def test_hidden_entries_have_no_figures() -> None:
    of = reading(hidden_entries=3, hidden_calls=5)
    assert figures(query_rows(of)[0], of) == []


def test_a_percentile_says_how_well_it_is_known() -> None:
    calm = shown(reading(one(calls=100, stddev_ms=2.0, min_ms=1.0, max_ms=20.0)))
    assert calm["95 of 100"].startswith("~ ")
    assert calm["95 of 100"].endswith("lognormal fit")
    interval = shown(reading(one(calls=100, stddev_ms=2.0, min_ms=None, max_ms=None)))
    assert interval["95 of 100"].startswith("≤ ")
    assert interval["95 of 100"].endswith("at most")
    assert "95 of 100" not in shown(reading(one(stddev_ms=None)))


def test_the_same_statement_of_other_roles_is_a_figure_and_no_row() -> None:
    mine, theirs = one(total_ms=9000.0), one(total_ms=1000.0, userid=11, role="worker")
    rows = query_rows(reading(mine, theirs))
    assert len(rows) == 2
    assert shown(reading(mine, theirs))["of all roles"].startswith("10.0 s")
    assert "of all roles" not in shown(reading(mine))
