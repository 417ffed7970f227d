"""Lengths of one list as one statement, on records and on every server that is here."""

from __future__ import annotations

from statistics import pstdev

import pytest

from pgplumb.workload.folding import fold
from pgplumb.workload.statements import Statements
from pgplumb.workload.statements_reader import read_statements
from tests.databases import Database
from tests.workload.entries import entry, reading

ONE, TWO, THREE = (f"SELECT * FROM t WHERE a IN ({', '.join(['$1', '$2', '$3'][:n])})" for n in (1, 2, 3))


def test_lengths_of_a_list_are_one_entry_with_the_text_of_the_most_called() -> None:
    short, long = [1.0, 3.0], [10.0, 20.0, 30.0]
    found = fold(
        reading(
            entry(short, 1, query=ONE, shared_hit=4, wal_bytes=8),
            entry(long, 2, query=THREE, shared_hit=6, wal_bytes=1),
            entry([5.0], 3, query="SELECT 1"),
        )
    )
    assert len(found.entries) == 2
    folded = found.entries[0]
    assert (folded.query, folded.queryid) == (THREE, 2)
    assert (folded.calls, folded.total_ms) == (5, 64.0)
    assert folded.mean_ms == pytest.approx(12.8)
    assert folded.stddev_ms == pytest.approx(pstdev(short + long))
    assert (folded.min_ms, folded.max_ms) == (1.0, 30.0)
    assert (folded.shared_hit, folded.wal_bytes, folded.rows) == (10, 9, 5)
    assert [key[2] for key in folded.variants] == [2, 1]
    assert folded.lengths == 2


def test_nothing_is_lost_or_counted_twice() -> None:
    before = reading(*(entry([1.0] * n, n, query=text) for n, text in enumerate((ONE, TWO, THREE), 1)))
    after = fold(before)
    assert sum(e.calls for e in after.entries) == sum(e.calls for e in before.entries)
    assert after.total_ms == before.total_ms


def test_roles_databases_and_nested_statements_stay_apart() -> None:
    found = fold(
        reading(
            entry([1.0], 1, query=ONE),
            entry([1.0], 2, query=TWO, userid=11),
            entry([1.0], 3, query=TWO, dbid=5),
            entry([1.0], 4, query=TWO, toplevel=False),
        )
    )
    assert len(found.entries) == 4
    assert all(not e.variants for e in found.entries)


def test_what_has_no_text_or_only_its_beginning_stays_by_itself() -> None:
    cut = "SELECT * FROM t WHERE a IN ($1, $2"
    before = reading(entry([1.0], 1, query=cut), entry([1.0], 2, query=cut), entry([1.0], 3))
    assert fold(before) is before


def test_a_minimum_that_one_of_them_lacks_is_not_known() -> None:
    found = fold(reading(entry([1.0], 1, query=ONE, min_ms=None), entry([2.0], 2, query=TWO)))
    assert found.entries[0].min_ms is None


def test_every_server_gives_one_statement_with_the_same_fingerprint(every_database: Database) -> None:
    every_database.execute("CREATE EXTENSION pg_stat_statements")
    every_database.execute("SELECT pg_stat_statements_reset()")
    every_database.execute("CREATE TABLE lists (a int, b int)")
    for n in (1, 2, 3, 7):
        some = ", ".join(map(str, range(n)))
        rows = ", ".join(f"({k}, {k})" for k in range(n))
        every_database.execute(f"SELECT b FROM lists WHERE a IN ({some})")
        every_database.execute(f"INSERT INTO lists (a, b) VALUES {rows}")
        every_database.execute(f"SELECT a FROM lists WHERE b = ANY (ARRAY[{some}])")
    with every_database.session().unit() as unit:
        found = read_statements(unit)
    assert isinstance(found, Statements)
    folded = [e for e in fold(found).entries if e.query and "lists" in e.query and "CREATE" not in e.query]
    assert sorted(e.calls for e in folded) == [4, 4, 4]
    inserted = next(e for e in folded if e.query and e.query.startswith("INSERT"))
    assert inserted.rows == 13
