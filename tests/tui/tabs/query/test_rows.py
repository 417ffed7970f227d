"""The records of the list."""

from __future__ import annotations

import pytest

from pgplumb.server.unit import OURS
from pgplumb.tui.tabs.query.rows import HIDDEN, OWN, query_rows
from pgplumb.workload.folding import is_ours
from pgplumb.workload.wording import few, spent
from tests.tui.tabs.query.entries import entry, reading


def test_shares_are_of_the_time_of_all_statements_hidden_ones_included() -> None:
    rows = query_rows(reading(entry(1, total_ms=300.0), hidden_entries=4, hidden_calls=9, hidden_ms=100.0))
    assert [round(row.share, 2) for row in rows] == [0.75, 0.25]
    assert rows[1].key == HIDDEN
    assert rows[1].hidden == 4


def test_hidden_entries_that_did_not_run_in_the_period_are_still_named() -> None:
    (row,) = query_rows(reading(hidden_entries=2))
    assert (row.hidden, row.statement.calls, row.share) == (2, 0, 0.0)


def test_our_own_statements_are_one_row_with_their_sums_unless_asked_for() -> None:
    ours = [entry(n, f"SELECT {n}{OURS}", calls=n, rows=1, total_ms=10.0, shared_hit=n) for n in (1, 2, 3)]
    rows = query_rows(reading(entry(9, total_ms=70.0), *ours))
    assert [row.key for row in rows] == [(10, 0, 9, True), OWN]
    together = rows[1].statement
    assert (together.calls, together.rows, together.total_ms, together.shared_hit) == (6, 3, 30.0, 6)
    assert together.mean_ms == 5.0
    assert len(rows[1].own) == 3
    assert round(rows[1].share, 2) == 0.3
    assert len(query_rows(reading(entry(9), *ours), own=True)) == 4


def test_a_statement_whose_text_was_not_read_is_not_taken_for_ours() -> None:
    assert not is_ours(entry(1, None))
    assert not is_ours(entry(1, "SELECT '/* pgplumb */' FROM t"))


def test_ours_are_found_by_name_in_the_filter_and_others_by_role_and_text() -> None:
    rows = query_rows(reading(entry(1, "SELECT invoices", role="billing"), entry(2, f"SELECT 2{OURS}")))
    assert "billing" in rows[0].haystack
    assert "invoices" in rows[0].haystack
    assert "pgplumb" in rows[1].haystack


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0.04, "0.04 ms"),
        (9_940, "9.9 s"),
        (48_200, "48.2 s"),
        (99_960, "1.7 min"),
        (738_000, "12.3 min"),
        (16_200_000, "4.5 h"),
        (864_000_000, "10.0 d"),
    ],
)
def test_times_have_three_digits_at_every_size(milliseconds: float, shown: str) -> None:
    assert spent(milliseconds) == shown


def test_small_numbers_for_each_call_keep_a_decimal_unless_they_are_whole() -> None:
    assert [few(n) for n in (0.0, 0.1, 1.0, 2.25, 9.97, 1200.4)] == ["0", "0.1", "1", "2.2", "10", "1,200"]


LISTS = [f"SELECT a FROM t WHERE b IN ({', '.join(f'${k}' for k in range(1, n + 1))})" for n in (1, 2, 3)]


def test_lengths_of_a_list_are_one_row_with_all_their_time_and_trend() -> None:
    one, two, three = (entry(n, text, calls=n, total_ms=10.0 * n) for n, text in enumerate(LISTS, start=1))
    intervals = ({one.key: 1.0, three.key: 5.0}, {two.key: 2.0})
    (row,) = query_rows(reading(one, two, three), intervals)
    assert (row.statement.calls, row.statement.total_ms, row.share) == (6, 60.0, 1.0)
    assert row.id == "query:3"
    assert row.trend == (6.0, 2.0)


def test_a_row_stays_the_same_one_when_another_length_is_called_more() -> None:
    few_calls, many = entry(1, LISTS[0], calls=1), entry(2, LISTS[1], calls=9)
    (alone,) = query_rows(reading(few_calls))
    (both,) = query_rows(reading(few_calls, many))
    assert alone.statement.queryid != both.statement.queryid
    assert alone.key == both.key
